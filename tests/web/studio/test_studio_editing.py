"""Files in the studio: reading, checking, saving, and what is kept of it."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess

import pytest

from bot.content import Content

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("studio-editing")]

TOUR = "flows/tour.yaml"


async def _read(staff, path=TOUR):
    status, file = await staff.get("file", path=path)
    assert status == 200
    return file


def _apply(patch, folder):
    subprocess.run(["git", "apply", "-"], cwd=folder, input=patch, text=True, check=True)


async def test_every_file_of_the_content_is_listed_and_read(small, ana, content):
    status, files = await ana.get("files")
    assert status == 200
    kinds = {file["path"]: file["kind"] for file in files}
    assert kinds["flows/start.yaml"] == kinds["flows/common.yaml"] == "flow"
    assert kinds["data/hotlines.yaml"] == "hotlines"
    assert len(files) == sum(1 for path in content.rglob("*.yaml"))
    for file in files:
        read = await _read(ana, file["path"])
        raw = (content / file["path"]).read_bytes()
        assert read == {"path": file["path"], "text": raw.decode(), "version": file["version"]}
        assert file["size"] == len(raw)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../secret.keys",
        "flows/../../secret.yaml",
        "flows/../data/hotlines.yaml",
        "flows//tour.yaml",
        "flows/./tour.yaml",
        "flows/tour.yaml\0",
        "flows/tour.yaml/",
        "flows\\tour.yaml",
        "flows/tour.yml",
        "flows/.hidden.yaml",
        "data/other.yaml",
        "flows/link.yaml",
        "locales/fr/LC_MESSAGES/../../../flows/tour.yaml",
        "locales/link/LC_MESSAGES/messages.po",
        "flows",
        "flows/%2e%2e/tour.yaml",
    ],
)
async def test_nothing_outside_the_content_is_reached(small, ana, content, path):
    outside = content.parent / "outside.yaml"
    outside.write_text("secret: yes")
    link = content / "flows" / "link.yaml"
    link.symlink_to(outside)
    try:
        for answer in (
            await ana.get("file", path=path),
            await ana.get("history", path=path),
            await ana.get("history/version", path=path, id="20260101T000000.000000Z-a"),
            await ana.post("save", {"path": path, "text": "x: y", "version": ""}),
            await ana.post("diff", {"path": path, "text": "x: y"}),
        ):
            status, body = answer
            assert status in (400, 404), answer
            assert "secret" not in json.dumps(body)
        for where in ("check", "graph", "preview"):
            body = {"files": {path: "x: y"}, "flow": "start", "event": {"start": ""}}
            keys = {"check": ["files"], "graph": ["files", "flow"], "preview": ["files", "event"]}
            if path == "flows/link.yaml":  # laid over, the link itself is never followed
                continue
            status, _ = await ana.post(where, {key: body[key] for key in keys[where]})
            assert status == 404
        assert outside.read_text() == "secret: yes"
        status, files = await ana.get("files")
        assert status == 200
        assert "flows/link.yaml" not in {file["path"] for file in files}
    finally:
        link.unlink()


async def test_mistakes_in_unsaved_edits_are_found_where_they_stand(small, ana, content):
    status, body = await ana.post("check", {"files": {}})
    assert (status, body) == (200, {"findings": []})
    text = (content / TOUR).read_text().replace("goto: over", "goto: ovr")
    files = {TOUR: text, "data/hotlines.yaml": (content / "data/hotlines.yaml").read_text()}
    status, body = await ana.post("check", {"files": files})
    found = {(each["file"], each["line"], each["code"]): each for each in body["findings"]}
    wrong = found[TOUR, 7, "E303"]
    assert "over" in wrong["message"]
    assert wrong["end_line"] == 7
    assert wrong["end_column"] > wrong["column"] > 1
    assert (await ana.post("check", {"files": {}}))[1] == {"findings": []}  # nothing was written


async def test_a_mistake_in_a_slow_part_is_found_and_forgotten_again(small, ana, content):
    path = "data/hotlines.yaml"
    text = (content / path).read_text()
    broken = text.replace("kind: child_helpline", "kind: child_helplin")
    for files, codes in (({}, []), ({path: broken}, ["E701"]), ({path: text}, [])):
        _, body = await ana.post("check", {"files": files})
        assert [each["code"] for each in body["findings"]] == codes
    (content / path).write_text(broken)  # by somebody else
    _, body = await ana.post("check", {"files": {}})
    assert [each["file"] for each in body["findings"]] == [path]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"files": [1]}',
        b'{"files": {"flows/a.yaml": 1}}',
        b'{"other": {}}',
        b'{"files": {"flows/a.yaml": "\\ud800"}}',
    ],
)
async def test_what_is_no_request_is_refused_in_a_line(small, ana, body):
    url = small.server.make_url("/studio/api/check")
    async with ana.http.post(url, data=body, headers={"X-CSRF-Token": ana.csrf}) as response:
        assert response.status == 400
        answer = await response.json()
    assert list(answer) == ["error"]
    assert "\n" not in answer["error"]
    assert "Traceback" not in answer["error"]


async def test_too_much_is_refused(small, ana):
    body = io.BytesIO(b"x" * (9 * 1024 * 1024))
    url = small.server.make_url("/studio/api/check")
    async with ana.http.post(url, data=body, headers={"X-CSRF-Token": ana.csrf}) as response:
        assert response.status == 413
        assert (await response.json())["error"]


async def test_a_save_is_checked_kept_and_noted(small, ana, content):
    (content / TOUR).chmod(0o640)
    before = await _read(ana)
    edit = {**before, "text": before["text"].replace("Look here.", "Look around.")}
    status, saved = await ana.post("save", edit)
    assert status == 200
    assert saved["findings"] == []
    after = await _read(ana)
    assert after == {**edit, "version": saved["version"]}
    assert (content / TOUR).stat().st_mode & 0o777 == 0o640
    assert Content.load(content).flows.flows["tour"].nodes["look"].say == "Look around."

    _, history = await ana.get("history", path=TOUR)
    assert history[0]["by"] == "Ana"
    assert history[0]["size"] == len(before["text"])
    version = {"path": TOUR, "id": history[0]["id"]}
    assert await ana.get("history/version", **version) == (
        200,
        {**version, "text": before["text"]},
    )
    assert (await ana.get("history/version", path=TOUR, id="../tour.yaml"))[0] == 404

    trail = (small.data_dir / "studio" / "audit.jsonl").read_text().splitlines()
    line = json.loads(trail[-1])
    assert line.pop("at").startswith("20")
    assert line == {"event": "save", "by": "Ana", "path": TOUR, "version": saved["version"]}
    leftovers = [path for path in content.rglob("*") if ".studio" in path.name]
    assert leftovers == []


async def test_of_two_who_save_one_is_told(small, ana, content):
    bo = await small.browser().enter("Bo")
    before = await _read(ana)
    edits = [
        {**before, "text": before["text"].replace("Look here.", words)} for words in ("A.", "B.")
    ]
    answers = await asyncio.gather(ana.post("save", edits[0]), bo.post("save", edits[1]))
    await bo.http.close()
    (won, _), (lost, body) = sorted(answers, key=lambda answer: answer[0])
    assert (won, lost) == (200, 409)
    now = await _read(ana)
    assert now["text"] in (edits[0]["text"], edits[1]["text"])
    assert (body["path"], body["version"]) == (TOUR, now["version"])
    assert "changed" in body["error"]


async def test_mistakes_are_not_saved(small, ana, content):
    before = await _read(ana)
    status, body = await ana.post("save", {**before, "text": before["text"] + "  x: [\n"})
    assert status == 422
    assert body["findings"][0]["file"] == TOUR
    assert await _read(ana) == before


async def test_mistakes_of_others_do_not_stop_a_save_that_makes_none(small, ana, content):
    other = content / "flows" / "quiz.yaml"
    other.write_text(other.read_text().replace("call: tour", "call: tor"))
    before = await _read(ana)
    status, saved = await ana.post("save", {**before, "text": before["text"] + "# Nice\n"})
    assert status == 200
    assert [each["code"] for each in saved["findings"]] == ["E303"]


async def test_files_that_only_fit_together_are_saved_together(small, ana, content):
    tour, quiz = await _read(ana), await _read(ana, "flows/quiz.yaml")
    renamed = {**tour, "text": tour["text"].replace("flow: tour", "flow: round")}
    caller = {**quiz, "text": quiz["text"].replace("call: tour", "call: round")}
    assert (await ana.post("save", renamed))[0] == 422
    assert (await ana.post("save", caller))[0] == 422
    status, saved = await ana.post("save", {"files": [renamed, caller]})
    assert status == 200
    assert [file["path"] for file in saved["files"]] == [TOUR, "flows/quiz.yaml"]
    assert "round" in Content.load(content).flows.flows
    # …and one of them changed by somebody else: none is.
    stale = {"files": [{**renamed, "version": saved["files"][0]["version"]}, caller]}
    assert (await ana.post("save", stale))[0] == 409


async def test_a_new_flow_is_saved(small, ana, content):
    text = "flow: extra\nstart: hi\nnodes:\n  hi: {say: Hello., end: true}\n"
    path = "flows/extra.yaml"
    try:
        assert (await ana.post("save", {"path": path, "text": text, "version": ""}))[0] == 200
        assert (await _read(ana, path))["text"] == text
        assert (await ana.post("save", {"path": path, "text": text, "version": ""}))[0] == 409
    finally:
        (content / path).unlink()


async def test_a_difference_can_be_applied(small, ana, content, tmp_path):
    before = await _read(ana)
    for text in (
        before["text"].replace("Look here.", "Look ünder."),
        before["text"].rstrip("\n"),
        before["text"] + "# end without a line break",
        before["text"].replace("Look here.", "Look\u2028here\x85and\x0cthere."),
    ):
        _, body = await ana.post("diff", {"path": TOUR, "text": text})
        (tmp_path / "flows").mkdir(exist_ok=True)
        (tmp_path / TOUR).write_text(before["text"])
        _apply(body["diff"], tmp_path)
        assert (tmp_path / TOUR).read_text() == text
    assert (await ana.post("diff", {"path": TOUR, "text": before["text"]}))[1]["diff"] == ""
    _, body = await ana.post("diff", {"path": "flows/new.yaml", "text": "flow: new\n"})
    _apply(body["diff"], tmp_path)
    assert (tmp_path / "flows/new.yaml").read_text() == "flow: new\n"


async def test_what_ships_with_the_program_is_read_only(bea):
    _, me = await bea.get("me")
    assert me["may_write"] is False
    file = await _read(bea, "flows/start.yaml")
    edit = {**file, "text": file["text"] + "# Nice\n"}
    status, body = await bea.post("save", edit)
    assert status == 403
    assert "download" in body["error"]
    _, body = await bea.post("diff", {"path": edit["path"], "text": edit["text"]})
    assert body["diff"].endswith("+# Nice\n")
    status, _ = await bea.post("hotlines/checked", {"country": "AD", "name": "Emergency numbers"})
    assert status == 403
