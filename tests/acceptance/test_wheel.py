"""The wheel carries what an installation outside a checkout needs."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_an_installed_wire_migrates_checks_and_polls_nothing(tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".*", "__pycache__", "var", "build", "dist", "tests"))
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "wire.toml").touch()
    environment = os.environ | {"PYTHONPATH": str(installed), "WIRE_DATABASE_URL": f"sqlite:///{tmp_path}/wire.db"}

    def wire(*arguments: str) -> str:
        command = [sys.executable, "-P", "-m", "wire", *arguments, "--config", str(tmp_path / "empty")]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    found = subprocess.run(
        [sys.executable, "-P", "-c", "import wire; print(wire.__file__)"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(installed) in found.stdout, "the checkout was tested instead of the wheel"
    assert "revision" in wire("migrate")
    assert "agencies" in wire("check")
    assert "no stories" in wire("stories")
