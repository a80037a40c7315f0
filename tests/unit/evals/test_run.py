import argparse

from assistant.cli.main import build_parser
from assistant.settings import load_settings
from evals import options
from evals.ask import EXTRACTIVE
from evals.run import reported, with_reader


def test_a_chat_model_is_put_into_the_settings() -> None:
    settings = load_settings(reader={"max_sentences": 2})
    assert with_reader(settings, None) == (settings, EXTRACTIVE)
    chosen, name = with_reader(settings, "fake:scripted")
    assert name == "fake:scripted"
    assert chosen.reader.model_dump() == settings.reader.model_dump() | {"model": "fake:scripted"}


def test_reports_show_no_address_and_no_key() -> None:
    section = {"model": "x", "api_key": "secret", "base_url": "where", "top_k": 3}
    settings = {"chunk": {}, "embed": {}, "retrieve": {"top_k": 8}, "reader": section, "serve": {"port": 1}}
    shown = reported(settings)
    assert shown == {"chunk": {}, "embed": {}, "retrieve": {"top_k": 8}, "reader": {"model": "x", "top_k": 3}}


def test_the_command_line_and_the_module_have_the_same_options() -> None:
    given = build_parser().parse_args(["eval", "specs", "--json", "a.json", "--evidence", "x=y", "--evidence", "z=w"])
    assert (given.suite, given.json, given.evidence, given.bless) == ("specs", "a.json", ["x=y", "z=w"], False)
    ours = vars(options.parse([])) | {"run": "evaluate", "command": "eval"}
    assert ours.keys() - vars(given).keys() == {"home"}
    assert options.complete(argparse.Namespace(suite="specs")).sample == 300
