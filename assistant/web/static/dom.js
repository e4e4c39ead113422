// Builds elements. Text only ever enters the page as text.

/**
 * Create an element. `properties` are set as attributes (false and null are left out);
 * `children` are nodes or strings, null is left out.
 */
export function element(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function externalLink(url, text) {
  return element("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text);
}

/** The source's own address where it is one for the web and says more than the DOI's link; else null. */
export function publisherUrl({ url, doi }) {
  if (!url || !/^https?:\/\//i.test(url)) return null;
  return doi && url === `https://doi.org/${doi}` ? null : url;
}

export function doiUrl(doi) {
  return `https://doi.org/${doi.split("/").map(encodeURIComponent).join("/")}`;
}

export function pubmedUrl(pmid) {
  return `https://pubmed.ncbi.nlm.nih.gov/${encodeURIComponent(pmid)}/`;
}

export function words(value) {
  return String(value).replaceAll("_", " ");
}

export function scrollTo(node) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  node.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
}
