"""The methods of the Bot API that act on chats and on the bot's profile.

What each takes and returns: https://core.telegram.org/bots/api. Receiving updates is in
:mod:`bot.local.receiving`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bot.local.autolink import trimmed, with_found_entities
from bot.local.errors import bad_request, too_large
from bot.local.files import PHOTO_RATIO, PHOTO_SIDES, PHOTO_SIZE, UPLOAD_SIZE, StoredFile, Upload
from bot.local.inline import read_answer
from bot.local.keyboards import Markup, checked_markup
from bot.local.markup import Entity, parse_html, utf16_length
from bot.local.messenger import Answer, Messenger, Signal
from bot.local.parameters import Parameters
from bot.local.pictures import read_picture

if TYPE_CHECKING:
    from bot.local.chats import Chat, ChatMessage
    from bot.local.faults import Faults

MESSAGE_LENGTH = 4096  # UTF-16 code units, after the markup is taken out
CAPTION_LENGTH = 1024  # the same
DOWNLOAD_SIZE = 20 * 1000 * 1000  # bytes
ANSWER_LENGTH = 200
DELETE_AT_ONCE = 100
ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}

Method = Callable[[Parameters], Any]


class Methods:
    """The methods by name, in lower case: Telegram does not tell cases apart."""

    def __init__(self, messenger: Messenger, faults: Faults) -> None:
        self._messenger = messenger
        self._faults = faults
        self.table: dict[str, Method] = {
            "getme": self._get_me,
            "getchat": lambda call: self._chat(call).as_telegram(),
            "sendmessage": self._send_message,
            "senddocument": self._send_document,
            "sendphoto": self._send_photo,
            "getfile": self._get_file,
            "editmessagetext": self._edit_message_text,
            "editmessagereplymarkup": self._edit_message_reply_markup,
            "deletemessage": self._delete_message,
            "deletemessages": self._delete_messages,
            "answercallbackquery": self._answer_callback_query,
            "answerinlinequery": self._answer_inline_query,
            "sendchataction": self._send_chat_action,
            "setmycommands": self._set_my_commands,
            "deletemycommands": self._delete_my_commands,
            "getmycommands": self._get_my_commands,
            "setchatmenubutton": self._set_chat_menu_button,
            "getchatmenubutton": self._get_chat_menu_button,
        }
        for what in ("name", "description", "short_description"):
            title = what.replace("_", "")
            self.table[f"setmy{title}"] = self._text_setter(what)
            self.table[f"getmy{title}"] = self._text_getter(what)

    # Messages

    def _get_me(self, _: Parameters) -> dict[str, Any]:
        return {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": True,
            **self._messenger.bot,
        }

    def _chat(self, call: Parameters) -> Chat:
        if not call.has("chat_id"):
            raise bad_request("chat_id is empty")
        return self._messenger.chat(call.integer("chat_id"))

    def _message(self, call: Parameters, what: str) -> ChatMessage:
        chat = self._chat(call)
        message = chat.messages.get(call.integer("message_id"))
        if message is None or message.deleted:
            raise bad_request(f"message to {what} not found")
        return message

    def _text(self, call: Parameters) -> tuple[str, list[Entity]]:
        text, entities = self._formatted(call, "text", "entities")
        if not text:
            raise bad_request("message text is empty")
        if utf16_length(text) > MESSAGE_LENGTH:
            raise bad_request("message is too long")
        return text, entities

    def _caption(self, call: Parameters) -> tuple[str, list[Entity]]:
        text, entities = self._formatted(call, "caption", "caption_entities")
        if utf16_length(text) > CAPTION_LENGTH:
            raise bad_request("message caption is too long")
        return text, entities

    def _formatted(self, call: Parameters, words: str, marks: str) -> tuple[str, list[Entity]]:
        mode = call.text("parse_mode").lower()
        if mode not in ("", "html"):
            raise bad_request("unsupported parse_mode")
        source = call.text(words)
        if mode:
            text, entities = parse_html(source)
        else:
            text, entities = source, call.structure(marks) or []
        text, entities = trimmed(text, entities)
        return text, with_found_entities(text, entities)

    def _send_message(self, call: Parameters) -> dict[str, Any]:
        chat = self._chat(call)
        text, entities = self._text(call)
        markup = checked_markup(call.structure("reply_markup"))
        self._faults.check_rate(chat.id)
        return self._messenger.render(self._messenger.bot_sends(chat, text, entities, markup))

    def _send_document(self, call: Parameters) -> dict[str, Any]:
        document = call.file("document")
        if len(document.content) > UPLOAD_SIZE:
            raise too_large()
        files = self._messenger.files
        return self._send_file(call, lambda: {"document": files.add(document).as_document()})

    def _send_photo(self, call: Parameters) -> dict[str, Any]:
        known = self._messenger.files.get(call.text("photo"))
        if known is not None:
            if not known.width:
                raise bad_request("wrong file identifier/HTTP URL specified")
            return self._send_file(call, lambda: {"photo": known.as_photo()})
        keep = self._checked_picture(call.file("photo"))
        return self._send_file(call, lambda: {"photo": keep().as_photo()})

    def _checked_picture(self, upload: Upload) -> Callable[[], StoredFile]:
        if (size := len(upload.content)) > PHOTO_SIZE:
            raise bad_request(
                f"file of size {size} bytes is too big for a photo; "
                f"the maximum size is {PHOTO_SIZE} bytes"
            )
        picture = read_picture(upload.content)
        if picture is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        short, long = sorted((picture.width, picture.height))
        if short + long > PHOTO_SIDES or long > PHOTO_RATIO * short:
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        return lambda: self._messenger.files.add_picture(upload, picture)

    def _send_file(self, call: Parameters, content: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """``content`` is only made, and its file kept, once nothing speaks against the message."""
        chat = self._chat(call)
        text, entities = self._caption(call)
        markup = checked_markup(call.structure("reply_markup"))
        self._faults.check_rate(chat.id)
        sent = self._messenger.bot_sends(chat, text, entities, markup, content())
        return self._messenger.render(sent)

    def _get_file(self, call: Parameters) -> dict[str, Any]:
        file = self._messenger.files.get(call.text("file_id"))
        if file is None:
            raise bad_request("invalid file_id")
        if len(file.upload.content) > DOWNLOAD_SIZE:
            raise bad_request("file is too big")
        return file.as_telegram()

    def _inline_markup(self, call: Parameters) -> Markup | None:
        markup = checked_markup(call.structure("reply_markup"))
        if markup and "inline_keyboard" not in markup:
            raise bad_request("inline keyboard expected")
        return markup

    def _edit_message_text(self, call: Parameters) -> dict[str, Any]:
        message = self._message(call, "edit")
        if message.content:
            raise bad_request("there is no text in the message to edit")
        content = self._text(call)
        edited = self._messenger.bot_edits(message, self._inline_markup(call), content)
        return self._messenger.render(edited)

    def _edit_message_reply_markup(self, call: Parameters) -> dict[str, Any]:
        message = self._message(call, "edit")
        return self._messenger.render(self._messenger.bot_edits(message, self._inline_markup(call)))

    def _delete_message(self, call: Parameters) -> bool:
        self._messenger.bot_deletes([self._message(call, "delete")])
        return True

    def _delete_messages(self, call: Parameters) -> bool:
        chat = self._chat(call)
        ids = call.structure("message_ids")
        if not isinstance(ids, list) or not ids:
            raise bad_request("message identifiers are not specified")
        if len(ids) > DELETE_AT_ONCE:
            raise bad_request("too many message identifiers specified")
        known = (chat.messages.get(message_id) for message_id in ids)
        self._messenger.bot_deletes([m for m in known if m is not None and not m.deleted])
        return True

    def _answer_callback_query(self, call: Parameters) -> bool:
        text = call.text("text")
        if utf16_length(text) > ANSWER_LENGTH:
            raise bad_request("MESSAGE_TOO_LONG")
        self._messenger.bot_answers(
            Answer(
                call.text("callback_query_id"), text, call.boolean("show_alert"), call.text("url")
            )
        )
        return True

    def _answer_inline_query(self, call: Parameters) -> bool:
        self._messenger.bot_lists(read_answer(call))
        return True

    def _send_chat_action(self, call: Parameters) -> bool:
        chat = self._chat(call)
        action = call.text("action").lower()
        if action not in ACTIONS:
            raise bad_request("wrong parameter action in request")
        self._messenger.signal(chat.id, Signal("action", action=action))
        return True

    # Profile

    def _text_setter(self, what: str) -> Method:
        def set_text(call: Parameters) -> bool:
            language = call.text("language_code")
            self._messenger.profile.set_text(what, call.text(what), language)
            self._messenger.save_profile()
            return True

        return set_text

    def _text_getter(self, what: str) -> Method:
        def get_text(call: Parameters) -> dict[str, str]:
            text = self._messenger.profile.text(what, call.text("language_code"))
            if what == "name" and not text:
                text = str(self._messenger.bot["first_name"])
            return {what: text}

        return get_text

    def _set_my_commands(self, call: Parameters) -> bool:
        self._messenger.profile.set_commands(
            call.structure("commands"), call.structure("scope") or {}, call.text("language_code")
        )
        self._messenger.save_profile()
        return True

    def _delete_my_commands(self, call: Parameters) -> bool:
        self._messenger.profile.delete_commands(
            call.structure("scope") or {}, call.text("language_code")
        )
        self._messenger.save_profile()
        return True

    def _get_my_commands(self, call: Parameters) -> list[dict[str, str]]:
        return self._messenger.profile.exact_commands(
            call.structure("scope") or {}, call.text("language_code")
        )

    def _set_chat_menu_button(self, call: Parameters) -> bool:
        place = str(self._chat(call).id) if call.has("chat_id") else ""
        button = call.structure("menu_button") or {"type": "default"}
        self._messenger.profile.menu_buttons[place] = button
        self._messenger.save_profile()
        return True

    def _get_chat_menu_button(self, call: Parameters) -> dict[str, Any]:
        return self._messenger.profile.menu_button(call.integer("chat_id") or None)
