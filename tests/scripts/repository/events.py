"""docs/events.md against the code that prints JSON, and against what was printed: events.py FOLDER, with the printed lines in FOLDER.

The code tells which events, fields, types and words there are; what was printed has to be of the type that the page says.
"""

import json
import pathlib
import re
import sys

PAGE = "docs/events.md"
failures = 0


def fail(text):
    global failures
    failures += 1
    print("FAILED:", text)


def tables(lines):
    """Of the page, or of a section: {object: {field: type}} with what may be missing, and {type: its words}."""
    objects, words, missing, current = {}, {}, set(), None
    for line in lines:
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if not line.startswith("|") or len(cells) < 2:
            continue
        if len(cells) == 2 and re.fullmatch(r"[a-z ]+", cells[0]) and "`" in cells[1]:
            words[cells[0]] = set(re.findall(r"`([^`]*)`", cells[1]))
        if len(cells) < 3:
            continue
        if name := re.fullmatch(r"\*\*(.*)\*\*", cells[0]):
            current = name[1]
            objects[current] = {}
        if field := re.fullmatch(r"`(\w+)`", cells[1]):
            objects[current][field[1]] = cells[2]
            if "missing" in line:
                missing.add((current, field[1]))
    return objects, words, missing


sections = re.split(r"^## ", pathlib.Path(PAGE).read_text(), flags=re.M)
of_section = {section.split("\n", 1)[0]: tables(section.split("\n")) for section in sections}
run, run_words, _ = of_section["A run"]
common = run.pop("every event")
objects, words, missing = {}, {}, set()
for some_objects, some_words, some_missing in of_section.values():
    objects |= some_objects
    words |= some_words
    missing |= some_missing


# What the code has: the struct behind each event, its fields as they are printed, and their types.
printer = pathlib.Path("runtime/event/json.cpp").read_text()
headers = "".join(pathlib.Path("runtime/event", name).read_text() for name in ("key.hpp", "thing.hpp", "types.hpp"))
headers = re.sub(r"//.*", "", headers)
kinds = re.findall(r'"([^"]*)"', re.search(r"std::array kinds\{(.*?)\};", printer, re.S)[1])
bodies = re.findall(r"event::(\w+)", re.search(r"using Body =(.*?);", headers, re.S)[1])
printed = {name: [field.strip() for field in fields.split(",")]
           for name, fields in re.findall(r"NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(?:_WITH_DEFAULT)?\(([\w:]+),([^)]*)\)", printer)}
printed["Key"] = re.findall(r'\{"(\w+)", key\.', printer)
names = {struct: kind for struct, kind in zip(bodies, kinds)} | {
    "Key": "key", "Key::Part": "turn", "Named": "parameter", "Identity": "identity", "Item": "item", "Thing": "thing", "Touched": "touched",
    "LeftBehind::Announced": "announced", "SilentAtStart::Machine": "silent machine"}
PLAIN = {"std::string": {"text", "words", "inner"}, "bool": {"bool"}, "int": {"int", "inner"}, "std::size_t": {"int"}, "std::int64_t": {"int"},
         "double": {"number"}, "Duration": {"ms"}, "Time": {"time"}, "Path": {"list of turn"}, "Key": {"key", "key or null"},
         "Kind": {"turn of"}, "Effect": {"effect"}, "End": {"end"}, "For": {"purpose"}}


def said_of(type_of_code):
    """What the page may call it."""
    if inner := re.fullmatch(r"std::vector<(.*)>", type_of_code):
        return {"list of " + said for said in said_of(inner[1])}
    if inner := re.fullmatch(r"std::optional<(.*)>", type_of_code):
        return {said + " or null" for said in said_of(inner[1])}
    return PLAIN.get(type_of_code) or {name for struct, name in names.items() if struct.split("::")[-1] == type_of_code}


def type_in(struct, field):
    body = re.search(r"^( *)struct " + struct.split("::")[-1] + r" \{(.*?)\n\1\};", headers, re.S | re.M)[2]
    found = re.search(r"^ *(?:enum class )?([\w:<>]+)[^;()]*[ ,}]" + field + r"\b *(?:[,;={]|$)", body, re.M)
    enumeration = re.search(r"enum class (\w+) \{[^}]*\} " + field, body)
    return enumeration[1] if enumeration else found[1] if found else "?"


if len(kinds) != len(bodies) or len(kinds) < 40:
    fail(f"{len(kinds)} names of events and {len(bodies)} events were found")
for struct, name in names.items():
    if set(printed[struct]) != set(objects.get(name, {})):
        fail(f"{name} has the fields {sorted(printed[struct])}, and {PAGE} has {sorted(objects.get(name, {}))}")
        continue
    for field, said in objects[name].items():
        if said not in said_of(type_in(struct, field)):
            fail(f"`{field}` of {name} is a {type_in(struct, field)}, and {PAGE} says: {said}")
if unknown := set(run) - set(names.values()):
    fail(f"{PAGE} has what no event is: {sorted(unknown)}")


def strings(file, begin, end=r"^\}"):
    return set(re.findall(r'"([^"]+)"', re.search(begin + r"(.*?)" + end, pathlib.Path(file).read_text(), re.S | re.M)[1]))


def same_words(name, of_code):
    if words.get(name) != of_code:
        fail(f"{name} is one of {sorted(of_code)}, and {PAGE} says {sorted(words.get(name, []))}")


for name, enumeration in {"effect": "Effect", "end": "End", "turn of": "Key::Part::Kind", "purpose": "CommandEnded::For"}.items():
    same_words(name, strings("runtime/event/json.cpp", rf"ENUM\({enumeration}, ", r"\}\}\)"))
same_words("state", strings("cli/report/model.cpp", r"^const char\* name\(Step::State"))
same_words("outlook", strings("runtime/plan/result.cpp", r"^const char\* name\(Outlook"))
same_words("kind", strings("runtime/plan/result.cpp", r"^const char\* name\(PlanItem::Kind") - {"way"})  # its statements are printed
same_words("lock state", strings("cli/command/lock.cpp", r"std::array names", r";"))

# What is printed of others than events: the names of fields stand where the objects are made.
for section, file in {"The history": "cli/command/history.cpp", "A report": "cli/report/data.cpp", "A plan": "runtime/plan/drift.cpp",
                      "A lock": "cli/command/lock.cpp"}.items():
    of_code = {field for found in re.findall(r'(?<!\w)\{"(\w+)",|(?:line|page|made)\["(\w+)"\]|\bset\("(\w+)"', pathlib.Path(file).read_text())
               for field in found if field}
    of_page = {field for fields in of_section[section][0].values() for field in fields}
    if of_code != of_page:
        fail(f"{file} prints what {PAGE} does not have in «{section}»: {sorted(of_code - of_page)}; and not: {sorted(of_page - of_code)}")


# What was printed.
def whole(value):
    return isinstance(value, int) and not isinstance(value, bool)


IS = {"text": lambda v: isinstance(v, str), "words": lambda v: isinstance(v, str), "inner": lambda v: True, "int": whole, "ms": whole,
      "time": whole, "bool": lambda v: isinstance(v, bool), "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool)}
seen = set()


def check(value, said, where):
    if said.endswith(" or null"):
        if value is not None:
            check(value, said.removesuffix(" or null"), where)
    elif inner := re.fullmatch("list of (.*)", said):
        if not isinstance(value, list):
            return fail(f"{where} is not a list: {value}")
        for one in value:
            check(one, inner[1], where)
    elif said == "object of text":
        if not all(isinstance(one, str) for one in value.values()):
            fail(f"{where} is {value}")
    elif said in words:
        if value not in words[said]:
            fail(f"{where} is {value}, which is not a {said}")
    elif said in IS:
        if not IS[said](value):
            fail(f"{where} is {value}, and {PAGE} says: {said}")
    else:
        check_object(value, said, where)


def check_object(value, name, where, more=()):
    fields = objects[name] | dict(more)
    seen.update((name, field) for field in value)
    for field in set(value) - set(fields):
        fail(f"{where} has `{field}`, which {PAGE} does not have")
    for field in set(fields) - set(value):
        if (name, field) not in missing and (field not in dict(more) or ("every event", field) not in missing):
            fail(f"{where} has no `{field}`: {value}")
    for field in set(fields) & set(value):
        check(value[field], fields[field], f"{where}, {field}")


for file in sorted(pathlib.Path(sys.argv[1]).glob("*.events")):
    for line in file.read_text().splitlines():
        event = json.loads(line)
        if event["kind"] in run:
            check_object(event, event["kind"], f"{file.name}: {event['kind']}", common.items())
        else:
            fail(f"{PAGE} does not have the event {event['kind']}")
for file in sorted(pathlib.Path(sys.argv[1]).glob("*.plan")):
    for line in file.read_text().splitlines():
        statement = json.loads(line)
        check_object(statement, "plan ended" if statement["kind"] == "plan ended" else "statement", file.name)
for name in ("run", "lock"):
    for line in pathlib.Path(sys.argv[1], name).read_text().splitlines():
        check_object(json.loads(line), name, name)
for file in sorted(pathlib.Path(sys.argv[1]).glob("*.report")):
    check_object(json.loads(file.read_text()), "report", file.name)

not_printed = set(kinds) - {name for name, _ in seen}
if not_printed - {"interrupted", "lock lost"}:
    fail(f"events.sh prints none of these: {sorted(not_printed)}")

# The history of a run is what its parts have printed.
def of_file(name):
    return [json.loads(line) for line in pathlib.Path(sys.argv[1], name).read_text().splitlines()]


LIVE = {"wait progress", "action progress", "command output", "interrupted"}
for history, parts in {"history-1.events": ("fails.events", "resumed.events"), "history-2.events": ("undone.events", "passed.events")}.items():
    now = [event for part in parts for event in of_file(part) if event["kind"] not in LIVE]
    later = of_file(history)
    for event, other in zip(now, later):
        if "texts" in event:
            event["texts"] = other["texts"]
        if other.get("out") == "(as before)":
            other["out"] = event["out"]
    if now != later:
        fail(f"{history} has {len(later)} events, and {len(now)} were printed, or they say something else")

print(f"ran: {len(kinds)} kinds of events compared with {PAGE}, {len(kinds) - len(not_printed)} of them as they were printed")
sys.exit(failures > 0)
