// What an editor may write where, with the help that completion shows. The schema decides; a test
// holds this list against it.

export const KEYS = {
  "flow": {
    "flow": "The name of the conversation, as the file is called.",
    "title": "What it is about, for editors.",
    "start": "The node at which it begins.",
    "slots": "What it remembers.",
    "about": "The slot that says what a pushed step is about.",
    "nodes": "Its steps.",
    "format": "The version of this format: 1.",
    "note": "A remark for editors; nobody is shown it."
  },
  "node": {
    "say": "What the bot says. HTML like <b> works; {slot} puts in an answer.",
    "choices": "Buttons.",
    "ask": "Waits for an answer of this type.",
    "save": "The slot that keeps the answer.",
    "unclear": "What to say when the answer is not understood; {answer} is what was written.",
    "stuck": "Buttons for those whom the bot does not understand again and again.",
    "branch": "Goes on to the first that fits.",
    "call": "Another conversation, then back here.",
    "do": "An action, such as show_contacts.",
    "with": "What the action needs to know.",
    "goto": "The next node, or flow/node.",
    "end": "true: back to where this conversation was called.",
    "min": "The smallest number, or how few may be chosen.",
    "max": "The largest number, or how many may be chosen.",
    "was": "Earlier names of this node: who stands there comes here.",
    "push": "true: the program sends this step when something happens outside the chat.",
    "note": "A remark for editors; nobody is shown it."
  },
  "choice": {
    "label": "What stands on the button.",
    "goto": "Where it leads.",
    "value": "What is saved when it is pressed.",
    "id": "Keeps the button's meaning when its label changes.",
    "url": "A web page to open.",
    "copy": "A text for the clipboard.",
    "share": "A text to pass on.",
    "note": "A remark for editors; nobody is shown it."
  },
  "arm": {
    "when": "Slots and what they must be: a value, a list, set or unset.",
    "goto": "Where it leads."
  },
  "slot": {
    "type": "The type of answer.",
    "label": "What a summary calls the answer.",
    "keep": "flow: until entered again; chat: as long as the chat.",
    "sensitive": "true: encrypted, and only for two days.",
    "given": "true: the program fills it in, no question does.",
    "note": "A remark for editors; nobody is shown it."
  }
};

export const ANSWERS = ["text", "choice", "many", "place", "country", "language", "date", "when", "days", "number", "yesno", "phone", "email"];
