from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports


def test_imports_point_one_way() -> None:
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == EXIT_STATUS_SUCCESS
