// What an editor may write where, with the help that completion shows. The schema decides; a test
// holds this list against it.

import { say } from "./say.js";

export const KEYS = {
  "flow": {
    "flow": say("The name of the conversation, as the file is called."),
    "title": say("What it is about, for editors."),
    "start": say("The node at which it begins."),
    "slots": say("What it remembers."),
    "about": say("The slot that says what a pushed step is about."),
    "nodes": say("Its steps."),
    "format": say("The version of this format: 1."),
    "note": say("A remark for editors; nobody is shown it.")
  },
  "node": {
    "say": say("What the bot says. HTML like <b> works; {slot} puts in an answer."),
    "choices": say("Buttons."),
    "ask": say("Waits for an answer of this type."),
    "save": say("The slot that keeps the answer."),
    "unclear": say("What to say when the answer is not understood; {answer} is what was written."),
    "stuck": say("Buttons for those whom the bot does not understand again and again."),
    "branch": say("Goes on to the first that fits."),
    "call": say("Another conversation, then back here."),
    "do": say("An action, such as show_contacts."),
    "with": say("What the action needs to know."),
    "goto": say("The next node, or flow/node."),
    "end": say("true: back to where this conversation was called."),
    "min": say("The smallest number, or how few may be chosen."),
    "max": say("The largest number, or how many may be chosen."),
    "was": say("Earlier names of this node: who stands there comes here."),
    "push": say("true: the program sends this step when something happens outside the chat."),
    "note": say("A remark for editors; nobody is shown it.")
  },
  "choice": {
    "label": say("What stands on the button."),
    "goto": say("Where it leads."),
    "value": say("What is saved when it is pressed."),
    "id": say("Keeps the button's meaning when its label changes."),
    "url": say("A web page to open."),
    "copy": say("A text for the clipboard."),
    "share": say("A text to pass on."),
    "note": say("A remark for editors; nobody is shown it.")
  },
  "arm": {
    "when": say("Slots and what they must be: a value, a list, set or unset."),
    "goto": say("Where it leads.")
  },
  "slot": {
    "type": say("The type of answer."),
    "label": say("What a summary calls the answer."),
    "keep": say("flow: until entered again; chat: as long as the chat."),
    "sensitive": say("true: encrypted, and only for two days."),
    "given": say("true: the program fills it in, no question does."),
    "note": say("A remark for editors; nobody is shown it.")
  }
};

export const ANSWERS = ["text", "choice", "many", "place", "country", "language", "date", "when", "days", "number", "yesno", "phone", "email"];
