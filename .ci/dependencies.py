"""Judges the locked dependencies by deny.toml: licences, banned crates, sources, wildcard versions.

Python's standard library and `cargo metadata --locked` only; nothing is built. Exit 1 with a line per complaint.
"""
import json
import re
import subprocess
import sys
import tomllib

CRATES_IO = "registry+https://github.com/rust-lang/crates.io-index"


def allowed(expression, allow):
    """Whether an SPDX expression can be met with the allowed licences. `/` is the old word for OR."""
    words = re.findall(r"\(|\)|[^\s()]+", expression.replace("/", " OR "))
    at = 0

    def peek():
        return words[at] if at < len(words) else None

    def take():
        nonlocal at
        at += 1
        return words[at - 1]

    def term():
        word = take()
        if word == "(":
            value = either()
            take()
            return value
        if peek() == "WITH":
            take()
            return f"{word} WITH {take()}" in allow
        return word in allow

    def both():
        value = term()
        while peek() == "AND":
            take()
            value = term() and value
        return value

    def either():
        value = both()
        while peek() == "OR":
            take()
            value = both() or value
        return value

    return either() and at == len(words)


def main():
    with open("deny.toml", "rb") as file:
        rules = tomllib.load(file)
    allow = set(rules["licenses"]["allow"])
    banned = {entry["crate"]: entry["reason"] for entry in rules["bans"]["deny"]}
    done = subprocess.run(["cargo", "metadata", "--locked", "--format-version", "1"], stdout=subprocess.PIPE, check=True)
    packages = json.loads(done.stdout)["packages"]
    wrong = []
    for package in packages:
        name = f"{package['name']} {package['version']}"
        if package["name"] in banned:
            wrong.append(f"{name}: banned ({banned[package['name']]})")
        if not package["license"] or not allowed(package["license"], allow):
            wrong.append(f"{name}: licence {package['license']} is not allowed by deny.toml")
        if package["source"] not in (None, CRATES_IO):
            wrong.append(f"{name}: comes from {package['source']}")
        if package["source"] is None:
            wrong += [f"{name}: any version of {dependency['name']} would do"
                      for dependency in package["dependencies"] if dependency["req"] == "*" and not dependency.get("path")]
    for line in wrong:
        print(line)
    print(f"{len(packages)} packages, {len(wrong)} complaints")
    return 1 if wrong else 0


sys.exit(main())
