"""Reports: the JSON model, the terminal table, the HTML page, comparison and floors."""
