"""Follow-ups are understood the way a listener would, turn after turn."""

from __future__ import annotations

import pytest

from assistant.conversation import Conversation, Turn
from assistant.rewrite.dialogue_acts import DialogueAct
from assistant.rewrite.standalone import StandaloneQuestion, restate, understand

TREATMENT = "What are the treatment options for leg cramps?"


def ask(*questions: str, offered: tuple[str, ...] = ()) -> StandaloneQuestion:
    """The last question, understood after the ones before it."""
    earlier = tuple(Turn("user", question) for question in questions[:-1])
    return understand(questions[-1], Conversation(earlier, offered=offered))


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        ((TREATMENT, "and in pregnancy?"), "What are the treatment options for leg cramps in pregnancy?"),
        ((TREATMENT, "what about children?"), "What are the treatment options for leg cramps in children?"),
        (
            (TREATMENT, "and in pregnancy?", "and for older people?"),
            "What are the treatment options for leg cramps for older people?",
        ),
        ((TREATMENT, "how much magnesium?"), "How much magnesium for leg cramps?"),
        # What the conversation is about is left unsaid in many ways.
        ((TREATMENT, "does drinking more water help"), "Does drinking more water help for leg cramps?"),
        ((TREATMENT, "is heat or ice better?"), "Is heat or ice better for leg cramps?"),
        (
            (TREATMENT, "what blood tests should my doctor do"),
            "What blood tests should my doctor do for leg cramps?",
        ),
        ((TREATMENT, "why was quinine banned?"), "Why was quinine banned for leg cramps?"),
        (
            (TREATMENT, "can i give my 6 year old magnesium"),
            "Can i give my 6 year old magnesium for leg cramps?",
        ),
        (
            (TREATMENT, "is there anything without tablets?"),
            "Is there anything without tablets for leg cramps?",
        ),
        ((TREATMENT, "what is the number one treatment"), "What is the number one treatment for leg cramps?"),
        (
            (TREATMENT, "is there a link with varicose veins?"),
            "Is there a link between leg cramps and varicose veins?",
        ),
        ((TREATMENT, "can you give me a link to the study"), "can you give me a link to the study"),
        ((TREATMENT, "and my toes too"), "What are the treatment options for toe cramps?"),
        (
            (TREATMENT, "what about tonic water?", "how many glasses?"),
            "How many glasses (tonic water) for leg cramps?",
        ),
        ((TREATMENT, "is dehydration a real cause or not"), "Is dehydration a real cause of leg cramps?"),
        (
            (TREATMENT, "first-line management in primary care?"),
            "What treatment comes first for leg cramps?",
        ),
        (
            (TREATMENT, "first line?", "and second line?"),
            "What can be tried when other treatment has not worked for leg cramps?",
        ),
        (
            (TREATMENT, "can you have too much magnesium?", "what happens then?"),
            "What happens with too much magnesium?",
        ),
        ((TREATMENT, "how long should I stretch for?"), "How long should I stretch for leg cramps?"),
        (
            (TREATMENT, "can low potassium cause cramps?", "how do I raise it?"),
            "How do I raise potassium (for leg cramps)?",
        ),
        (
            ("my legs hurt when I walk and stop hurting when I rest", "is it dangerous?"),
            "Is leg pain dangerous?",
        ),
        (("my legs hurt when I walk", "is it dangerous?"), "Is leg pain dangerous?"),
        ((TREATMENT, "is it because I sit all day?"), "Do leg cramps happen because I sit all day?"),
        # What can be asked of a remedy alone is not asked of the cramps.
        ((TREATMENT, "how long until it works?"), "How long until treatment works (for leg cramps)?"),
        (
            (TREATMENT, "they don't work, what else?"),
            "Treatments don't work, what else (for leg cramps)?",
        ),
        ((TREATMENT, "do these help?"), "Do treatments help (for leg cramps)?"),
        ((TREATMENT, "how much of that per day?"), "How much per day (for leg cramps)?"),
        (
            (TREATMENT, "does magnesium help?", "how long until it works?"),
            "How long until magnesium works (for leg cramps)?",
        ),
        (
            (TREATMENT, "what can I do so that it doesn't come back?"),
            "What can I do so that leg cramps don't come back?",
        ),
        ((TREATMENT, "what helps when it grabs me?"), "What helps when leg cramps grab me?"),
        ((TREATMENT, "are bananas useful or is that a myth?"), "Are bananas useful for leg cramps?"),
        # What the turn itself names before its pronoun is what the pronoun means.
        (
            (TREATMENT, "my doctor said take quinine, is that still ok?"),
            "My doctor said take quinine, is that still ok (for leg cramps)?",
        ),
        (
            (TREATMENT, "my mum is on water tablets, is it the tablets?"),
            "My mum is on water tablets, can water tablets cause leg cramps?",
        ),
        (
            (TREATMENT, "my mum is on water tablets, is it the tablets?", "what should she do about it?"),
            "What should she do about leg cramps?",
        ),
        (
            (TREATMENT, "I started furosemide last month, is it the furosemide?"),
            "I started furosemide last month, can furosemide cause leg cramps?",
        ),
        (
            (TREATMENT, "I take a statin", "so how often is it really the tablet?"),
            "How often does a statin cause leg cramps?",
        ),
        (
            ("How much magnesium may I take as a supplement?", "what happens if you take far too much?"),
            "What happens if you take far too much (magnesium)?",
        ),
        (
            ("Does rest help in McArdle disease?", "and in Tarui disease?"),
            "Does rest help in Tarui disease?",
        ),
        (
            ("Does rest help in McArdle disease?", "and in kidney disease?"),
            "Does rest help in McArdle disease in kidney disease?",
        ),
        ((TREATMENT, "what should I do when one hits?"), "What should I do when leg cramps hit?"),
        ((TREATMENT, "gabapentin", "dose"), "Dose of gabapentin for leg cramps?"),
        ((TREATMENT, "gabapentin", "adverse effects?"), "Adverse effects of gabapentin for leg cramps?"),
        ((TREATMENT, "differential diagnosis"), "Differential diagnosis for leg cramps?"),
        ((TREATMENT, "when to refer"), "When to see a doctor about leg cramps?"),
        ((TREATMENT, "which labs to order"), "Which labs to order for leg cramps?"),
        # Verbs agree with what takes a pronoun's place.
        ((TREATMENT, "how do I stop one when it happens?"), "How do I stop leg cramps when they happen?"),
        (
            (TREATMENT, "should I be worried if it happens every night?"),
            "When to see a doctor if leg cramps happen every night?",
        ),
        # Who only tells asks what helps.
        (
            (TREATMENT, "my teenage son gets them after football"),
            "My teenage son gets leg cramps after football, what helps?",
        ),
        (
            (TREATMENT, "I already tried magnesium and it did nothing"),
            "I already tried magnesium and it did nothing (for leg cramps)?",
        ),
        (
            (TREATMENT, "what about my dad, he's 78 and on water tablets"),
            "What are the treatment options for leg cramps in a 78-year-old while taking water tablets?",
        ),
        (
            (
                TREATMENT,
                "what about my dad, he's 78 and on water tablets",
                "could the tablets be causing it?",
            ),
            "Could water tablets be causing leg cramps?",
        ),
        (
            (TREATMENT, "and I take a statin"),
            "What are the treatment options for leg cramps while taking a statin?",
        ),
        ((TREATMENT, "is quinine safe?", "I'm on warfarin"), "Is quinine safe while taking warfarin?"),
        ((TREATMENT, "is magnesium safe?", "is it normal?"), "Are leg cramps normal?"),
        (
            (TREATMENT, "which of these is safest?"),
            "Which of the treatment options for leg cramps is safest?",
        ),
        (
            ("What helps with cramps in dialysis patients?", "no, I meant during pregnancy"),
            "What helps with cramps during pregnancy?",
        ),
        (
            ("What are the symptoms of restless legs?", "is that the same as cramps?"),
            "Are restless legs the same as cramps?",
        ),
        ((TREATMENT, "and massage?"), "Massage for leg cramps?"),
        (
            (TREATMENT, "is quinine safe?", "and in the elderly?"),
            "Is quinine safe for leg cramps in the elderly?",
        ),
        (
            (TREATMENT, "does stretching help?", "how often should I do it?"),
            "How often should I do stretching (for leg cramps)?",
        ),
        (("Does vitamin K2 help night cramps?", "how much?"), "How much vitamin K2 for night cramps?"),
        (("What is rhabdomyolysis?", "what causes it?"), "What causes rhabdomyolysis?"),
        (
            (TREATMENT, "how much magnesium?", "no, I meant potassium"),
            "How much potassium for leg cramps?",
        ),
        (
            (TREATMENT, "how much magnesium?", "what about restless legs instead?"),
            "What are the treatment options for restless legs?",
        ),
        (("What are growing pains?", "is it serious?"), "Are growing pains serious?"),
        (("What is the capital of Peru?", "and what helps leg cramps?"), "what helps leg cramps?"),
        ((TREATMENT, "when should I see a doctor?"), "When to see a doctor about leg cramps?"),
        ((TREATMENT, "and in my husband?"), "What are the treatment options for leg cramps in my husband?"),
        (("My legs cramp after a run", "how is it treated?"), "How are leg cramps treated?"),
        (("What is claudication?", "do they go away?"), "Does claudication go away?"),
        (
            ("Which stretches help night cramps?", "how long should I hold each one?"),
            "How long should I hold each of the stretches (for night cramps)?",
        ),
        (("How is claudication tested?", "is surgery needed?"), "Is surgery needed for claudication?"),
        (
            (TREATMENT, "is claudication dangerous?", "what is the treatment?"),
            "What is the treatment for claudication?",
        ),
        ((TREATMENT, "should I take calcium instead?"), "Should I take calcium instead for leg cramps?"),
        (
            (TREATMENT, "Thanks, very helpful! And in children?"),
            "What are the treatment options for leg cramps in children?",
        ),
        (
            ("How much should I stretch for night cramps?", "I meant how often, not how much"),
            "How often should I stretch for night cramps?",
        ),
        (
            (TREATMENT, "what are the symptoms of a blood clot?", "how is it treated?"),
            "How is blood clot treated?",
        ),
        (
            ("Do diuretics cause leg cramps?", "I take a water pill", "should I stop taking it?"),
            "Should I stop taking a water pill?",
        ),
        ((TREATMENT, "what about drinking tonic water instead?"), "Drinking tonic water for leg cramps?"),
        (
            ("Is ropinirole used for restless legs?", "what are the side effects?"),
            "What are the side effects (ropinirole) for restless legs?",
        ),
        (
            ("Is pickle juice good for cramps?", "how much should I drink"),
            "How much should I drink (pickle juice) for cramps?",
        ),
        (
            ("Does magnesium help cramps?", "ok thanks", "what about the dose for a 70 year old woman"),
            "The dose of magnesium for a 70 year old woman for cramps?",
        ),
        (
            ("Is pickle juice good for cramps?", "I have high blood pressure"),
            "Is pickle juice safe with high blood pressure?",
        ),
        (("How are leg cramps treated?", "it's only on one side"), "Leg cramps are only on one side?"),
        (
            ("What is the best treatment?", "for leg cramps", "in a 75 year old"),
            "What is the best treatment for leg cramps in a 75 year old?",
        ),
        (
            ("quinine dose for leg cramps", "my father has heart rhythm problems, can he take it"),
            "My father has heart rhythm problems, can he take quinine (for leg cramps)?",
        ),
        (
            (TREATMENT, "which is better bananas or magnesium", "my kidneys are bad, is that a problem"),
            "My kidneys are bad, is magnesium a problem (for leg cramps)?",
        ),
        (
            ("Is vitamin B good for cramps?", "what did the trial find exactly?"),
            "What did the trial find exactly (about vitamin B for cramps)?",
        ),
        (
            ("Does magnesium help leg cramps?", "I'm 20 weeks pregnant", "how much?"),
            "How much magnesium for leg cramps in pregnancy?",
        ),
        (
            (TREATMENT, "I have kidney disease"),
            "What are the treatment options for leg cramps with kidney disease?",
        ),
        ((TREATMENT, "what does Cochrane say"), "What does Cochrane say (about leg cramps)?"),
        ((TREATMENT, "should I be worried"), "When to see a doctor about leg cramps?"),
        ((TREATMENT, "massage then"), "Massage for leg cramps?"),
        (("leg cramps in children", "is it growing pains"), "Is it growing pains or leg cramps in children?"),
        (
            ("leg cramps in children", "when should I take her to the doctor"),
            "When to see a doctor about leg cramps in children?",
        ),
        (("ALS cramps treatment", "mexiletine dose?"), "Mexiletine dose for ALS cramps?"),
        (
            (
                TREATMENT,
                "can underactive thyroid give you muscle cramps?",
                "how would I find out if that's my problem?",
            ),
            "How would I find out if underactive thyroid is my problem?",
        ),
        (
            (TREATMENT, "can dehydration cause cramps?", "how do I know if it's that"),
            "How do I know if it's dehydration?",
        ),
        (
            (TREATMENT, "is low magnesium the cause of my cramps?", "how is that tested?"),
            "How is low magnesium tested?",
        ),
        (
            (TREATMENT, "how much potassium should I have?", "which foods have it"),
            "Which foods have potassium (for leg cramps)?",
        ),
        ((TREATMENT, "is quinine safe?", "who has it"), "Who has leg cramps?"),
        (
            (TREATMENT, "can my new blood pressure pill cause this?"),
            "Can my new blood pressure pill cause leg cramps?",
        ),
        (
            (TREATMENT, "I started a new blood pressure pill, can it cause cramps?", "which ones do that"),
            "Which blood pressure pills cause leg cramps?",
        ),
        (
            (TREATMENT, "is a blood pressure pill to blame?", "could he switch to another one"),
            "Could he switch to another blood pressure pill (for leg cramps)?",
        ),
        (
            (TREATMENT, "what if it doesn't stop after 10 minutes?"),
            "What if leg cramps don't stop after 10 minutes?",
        ),
        ((TREATMENT, "are bananas any good?", "how many a day?"), "How many a day (bananas) for leg cramps?"),
        (
            (TREATMENT, "could it be my cholesterol tablets?", "which ones are worst?"),
            "Which cholesterol tablets cause leg cramps?",
        ),
        (
            (TREATMENT, "my husband's calves cramp when he walks", "what test would he need?"),
            "What test would he need (for leg cramps)?",
        ),
        (
            ("what is restless legs syndrome?", "is iron any good?", "how common is that?"),
            "How common is restless legs syndrome?",
        ),
        (
            ("what's a statin myopathy?", "what blood test shows it?"),
            "What blood test shows statin myopathy?",
        ),
        (
            (TREATMENT, "and does it help to drink more then?"),
            "Does it help to drink more (about leg cramps)?",
        ),
    ],
)
def test_follow_up_is_written_out(questions: tuple[str, ...], expected: str) -> None:
    assert ask(*questions).text == expected


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("restless legs vs cramps, how do I tell?", "restless legs"),
        ("ALS cramps treatment", "ALS cramps"),
    ],
)
def test_topic_of_a_first_question(question: str, topic: str) -> None:
    assert ask(question).topic == topic


def test_a_courtesy_is_none_of_the_acts_that_ask() -> None:
    assert ask(TREATMENT, "ok thanks", offered=("Is quinine safe?",)).act is DialogueAct.COURTESY


def test_the_remedy_of_a_bare_noun_is_its_subject() -> None:
    assert ask("ALS cramps treatment", "mexiletine dose?").subject == "mexiletine"
    assert ask(TREATMENT, "what about drinking tonic water instead?").subject == "tonic water"


@pytest.mark.parametrize(
    "told", ["I have no idea", "I have a question", "I have tried it", "I have been there"]
)
def test_not_every_i_have_tells_of_an_illness(told: str) -> None:
    assert " with " not in ask(TREATMENT, told).text


def test_first_turn_is_searched_as_it_stands() -> None:
    first = ask(TREATMENT)
    assert (first.text, first.act, first.leans_on_history) == (TREATMENT, DialogueAct.FIRST, False)
    assert first.query.lexical_text is None
    assert first.query.text == TREATMENT


def test_complete_question_is_left_alone_but_keeps_the_topic() -> None:
    third = ask(TREATMENT, "and in pregnancy?", "is magnesium safe with kidney disease?")
    assert third.text == "is magnesium safe with kidney disease?"
    assert not third.leans_on_history
    assert third.topic == "leg cramps"


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("yes", "Is quinine safe?"),
        ("Yes please!", "Is quinine safe?"),
        ("the second one", "What causes cramps?"),
    ],
)
def test_yes_takes_up_what_was_offered(reply: str, expected: str) -> None:
    understood = ask(TREATMENT, reply, offered=("Is quinine safe?", "What causes cramps?"))
    assert (understood.text, understood.act) == (expected, DialogueAct.AFFIRMATION)


def test_yes_without_an_offer_asks_the_last_question_again() -> None:
    assert ask(TREATMENT, "yes").text == TREATMENT


@pytest.mark.parametrize(
    "question", ["how strong is that?", "who says so?", "what does 'low certainty' mean there?"]
)
def test_questions_about_the_answer_keep_its_subject(question: str) -> None:
    understood = ask(TREATMENT, "does magnesium help?", question)
    assert understood.act is DialogueAct.ABOUT_ANSWER
    assert "magnesium" in understood.text


def test_unsaid_topic_words_are_searched_with_less_weight() -> None:
    weights = ask(TREATMENT, "is it dangerous?").query.term_weights
    assert 0 < weights["cramps"] < 1


def test_an_edited_question_is_searched_as_it_stands() -> None:
    edited = restate("Does quinine cause deafness?")
    assert edited.query.text == edited.text == "Does quinine cause deafness?"
    assert not edited.leans_on_history


@pytest.mark.parametrize(
    "question", ["", "???", "🙂", "and", "yes yes yes", "x" * 3000, "그리고 임신 중에는?"]
)
def test_odd_input_neither_fails_nor_vanishes(question: str) -> None:
    understood = ask(TREATMENT, question)
    assert isinstance(understood.text, str)


def test_a_new_topic_leaves_the_conversation_behind() -> None:
    new = ask(TREATMENT, "and in pregnancy?", "Different question: what is sciatica?")
    assert (new.text, new.act, new.leans_on_history) == ("What is sciatica?", DialogueAct.NEW_TOPIC, False)
    assert new.query.term_weights == {}
    assert new.topic == "sciatica"


def test_the_same_question_of_another_topic_is_not_pulled_back() -> None:
    switched = ask(TREATMENT, "what about restless legs instead?")
    assert "cramps" not in " ".join([*switched.query.term_weights, *switched.query.dense_texts])


def test_the_second_one_is_the_item_that_stands_there() -> None:
    answer = Turn("assistant", "People try: 1. Stretching the calf. 2. Massage. 3. A warm bath.")
    conversation = Conversation((Turn("user", TREATMENT), answer))
    assert understand("is the second one safe?", conversation).text.startswith("Is Massage safe")
    offered = Conversation(conversation.turns, offered=("Is quinine safe?", "What causes cramps?"))
    assert understand("the second one", offered).text == "What causes cramps?"  # what was offered comes first


@pytest.mark.parametrize(
    ("correction", "kept"),
    [
        ("I meant can I not take it with food?", "not take"),
        ("I meant should children not take quinine", "not take quinine"),
        ("I meant restless legs, not leg cramps", "restless legs"),
    ],
)
def test_a_correction_keeps_the_negation_of_its_question(correction: str, kept: str) -> None:
    assert kept in ask(TREATMENT, "is quinine safe?", correction).text


def test_a_corrected_word_leaves_the_topic_as_it_was() -> None:
    corrected = ask("How much should I stretch for night cramps?", "I meant how often, not how much")
    assert corrected.topic == "night cramps"


def test_yes_takes_up_what_the_answer_itself_offered() -> None:
    answer = Turn("assistant", "It helps a little. Would you like to know about quinine in pregnancy?")
    assert "quinine in pregnancy" in understand("yes", Conversation((Turn("user", TREATMENT), answer))).text


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("Do compression stockings work for leg cramps?", "compression stockings"),
        ("which is better bananas or magnesium", "magnesium"),
        ("quinine dose for leg cramps", "quinine"),
        ("can low magnesium levels make me tired?", ""),
        ("what medicines are there?", ""),
        ("Do pregnant women reduce cramps by walking?", ""),
    ],
)
def test_subject_of_a_question(question: str, subject: str) -> None:
    assert ask(question).subject == subject


@pytest.mark.parametrize(
    ("telling", "asked"),
    [
        ("and she is on furosemide", "What are the treatments for leg cramps while taking furosemide?"),
        ("I take warfarin", "What are the treatments for leg cramps while taking warfarin?"),
        (
            "my dad is taking blood pressure tablets",
            "What are the treatments for leg cramps while taking blood pressure tablets?",
        ),
    ],
)
def test_who_tells_of_a_medicine_asks_on_with_it(telling: str, asked: str) -> None:
    first = Conversation(
        turns=(Turn("user", "What are the treatments for leg cramps?"), Turn("assistant", "Stretching."))
    )
    assert understand(telling, first).text == asked


def test_a_telling_that_names_no_medicine_is_left_alone() -> None:
    first = Conversation(turns=(Turn("user", "What are the treatments for leg cramps?"),))
    assert "while" not in understand("I am on holiday", first).text
