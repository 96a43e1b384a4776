"""The core config schemas that are checked in, release by release, and their paths."""
import importlib.machinery
import importlib.util
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TABLES = ROOT / "src" / "config" / "table"


def core_tables():
    """The module scripts/core-tables, which has no ending."""
    loader = importlib.machinery.SourceFileLoader("core_tables", str(ROOT / "scripts" / "core-tables"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("core_tables", loader))
    loader.exec_module(module)
    return module


def number(version):
    return [int(part) for part in version.split("-")[0].split(".")]


class Carried:
    """The core tables that are checked in."""

    def __init__(self):
        self.woven = core_tables()
        self.path = max(TABLES.glob("core-2*.txt"), key=lambda path: number(path.stem.removeprefix("core-")))
        self.newest = self.path.stem.removeprefix("core-")
        self.text = self.path.read_text(encoding="utf-8")
        self.releases, self.marked = self.woven.parse((TABLES / "older.txt").read_text(encoding="utf-8"))

    def against(self, version):
        """(release, text) of the table that a release is compared with: its own, else the newest."""
        if version not in self.releases:
            return self.newest, self.text
        lines = self.woven.table_of(self.marked, 1 << self.releases.index(version))
        return version, "\n".join([f"# {version}", *lines]) + "\n"


def paths(text):
    """{path: its type and limits} of a table; what is defined at its head is written out wherever it is used."""
    blocks, stack = {}, []
    for line in text.splitlines():
        if line.startswith(("#", "channels ", "plugins ")):
            continue
        depth = len(line) - len(line.lstrip(" "))
        words = line.split()
        label, rest = (" ".join(words[:2]), words[2:]) if words[0] == "def" else (words[0], words[1:])
        node = (label, " ".join(rest), [])
        del stack[depth:]
        if stack:
            stack[-1][2].append(node)
        else:
            blocks[label] = node
        stack.append(node)
    out = {}

    def walk(node, path, open_defs):
        label, kind, children = node
        where = [*path, label.rstrip("!")] if label != "root" else path
        if kind.startswith("@"):
            number = f"def {kind[1:].split()[0]}"
            if number in blocks and number not in open_defs:
                walk((label, blocks[number][1], blocks[number][2]), path, {*open_defs, number})
            return
        # Branches of a union share a path.
        key = ".".join(step for step in where if step != "|")
        if key and kind not in ("|", "^"):
            out.setdefault(key, set()).add(("required " if label.endswith("!") else "") + kind)
        for child in children:
            walk(child, where, open_defs)

    walk(blocks["root"], [], set())
    return {path: " | ".join(sorted(kinds)) for path, kinds in out.items()}
