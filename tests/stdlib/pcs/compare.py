#!/usr/bin/env python3
"""usage: compare.py READER FOLDER [KEPT]

Holds what procrun concludes from crm_mon against Pacemaker's own scheduler, for each configuration (*.xml) in FOLDER:
`pcs.location` against `crm_resource --locate`, and `pcs.settled` against what `crm_simulate` would do next.

  READER  the program read_crm_mon of the tests' build (build/test/read_crm_mon)
  FOLDER  configurations with their status: cts/scheduler/xml of Pacemaker's sources, or /var/lib/pacemaker/pengine, unpacked
  KEPT    a folder for what the tools said; what is there already is not asked again

crm_mon, crm_simulate and crm_resource must be in the PATH (Debian: pacemaker-cli-utils); no cluster need run. The table goes to
standard output. Exit 1 where a location is wrong, or more than 5 of 849 states with nothing to do are called unsettled.
"""
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree
from concurrent.futures import ThreadPoolExecutor

ALLOWED = 5 / 849


def said(command, **environment):
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", env=dict(os.environ, LC_ALL="C", **environment))
    return done.stdout


def asked(path, ask):
    """What a tool said, now or before."""
    if not path.exists():
        path.write_text(ask())
    return path.read_text()


def parsed(text):
    try:
        return xml.etree.ElementTree.fromstring(text)
    except xml.etree.ElementTree.ParseError:
        return None


def names(element, inside_clone=False):
    """What crm_resource is asked about: of what is in a clone it tells one instance only."""
    for child in element:
        if child.tag in ("resource", "group", "clone", "bundle") and not inside_clone:
            yield child.get("id")
        if child.tag in ("group", "clone", "bundle", "replica"):
            yield from names(child, inside_clone or child.tag == "clone")


def one_of_several(cluster):
    """The services of bundles with several replicas: of these, too, crm_resource tells one only."""
    inside = [one.get("id") for bundle in cluster.iter("bundle") for one in bundle.iter("resource")]
    return {name for name, times in collections.Counter(inside).items() if times > 1}


def cloned(cluster):
    """The primitives that are cloned by themselves, each with its clone: they are where that is."""
    clones = [clone for clone in cluster.iter("clone") if clone.find("group") is None and clone.get("unique") == "false"]
    return {one.get("id"): clone.get("id") for clone in clones for one in clone.findall("resource")}


def locate(name, file):
    """Nothing where crm_resource says that something went wrong: that is not "nowhere"."""
    answer = parsed(said(["crm_resource", "--locate", "--resource", name, "--output-as=xml"], CIB_file=str(file)))
    if answer is None or answer.find("status").get("code") != "0":
        return None
    return [[node.text, node.get("state") == "promoted"] for node in answer.iter("node")]


def ask_tools(file, kept):
    """crm_mon's XML, the scheduler's next actions, and where each resource is."""
    shadow = kept / "shadow" / file.stem
    shadow.mkdir(parents=True, exist_ok=True)
    mon = kept / (file.stem + ".mon.xml")
    cluster = parsed(asked(mon, lambda: said(["crm_mon", "-1", "-r", "--output-as=xml"], CIB_file=str(file))))
    simulate = ["crm_simulate", "--xml-file", str(file), "--simulate"]
    told = asked(kept / (file.stem + ".sim"), lambda: said(simulate, CIB_shadow_dir=str(shadow)))
    actions = None
    if "Transition Summary:" in told:
        actions = [line.strip(" *") for line in told.split("Transition Summary:")[1].split("\n\n")[0].splitlines() if line.strip()]
    resources = None if cluster is None else cluster.find("resources")
    asked_about = [] if resources is None else dict.fromkeys(names(resources))
    places = json.loads(asked(kept / (file.stem + ".loc.json"), lambda: json.dumps({name: locate(name, file) for name in asked_about})))
    return {"mon": mon, "actions": actions, "places": places, "cluster": cluster}


def expected(resource, places, cluster):
    """The nodes of crm_resource: of a promotable clone those promoted; of a bundle the hosts of its containers, where the service in it
    is promoted those of the promoted ones."""
    container = {node.get("name"): node.get("id_as_resource") or node.get("container_id") for node in cluster.find("nodes")}
    bundle = next((one for one in cluster.iter("bundle") if one.get("id") == resource), None)
    if bundle is not None:
        # Which of several replicas is promoted only crm_mon tells.
        inside = [(node.get("name"), one.get("role") == "Promoted") for one in bundle.iter("resource") for node in one.findall("node")
                  if container.get(node.get("name"))]
        chosen = {container[node] for node, promoted in inside if promoted} or {container[node] for node, _ in inside}
        return {node for one in chosen for node, _ in places.get(one) or []} or {node for node, _ in places[resource]}  # none has a service
    promoted = {node for node, is_promoted in places[resource] if is_promoted}
    return promoted or {node for node, _ in places[resource]}


def unreliable(cluster):
    """Nodes that are lost: whoever names one as a location is wrong, whatever crm_resource says."""
    return {node.get("name") for node in cluster.find("nodes") if node.get("unclean") == "true"}


def why_untold(resource, right, cluster):
    """Why it is right that a location is not told; nothing where it is not. `right` are the nodes that crm_resource names."""
    nodes = {node.get("name"): node for node in cluster.find("nodes")}
    parts = [part for one in cluster.find("resources").iter() if one.get("id") == resource for part in one.iter("resource")]
    if not right:
        return "runs nowhere"
    if len(right) > 1:
        return "runs on several nodes"
    node = nodes.get(next(iter(right)))
    if node is None or node.get("unclean") == "true":
        return "its node is lost"
    if node.get("online") == "false":
        return "its node is offline"
    if node.get("pending") == "true":
        return "its node is still joining"
    if any(part.get("role") in ("Starting", "Stopping", "Promoting", "Demoting", "Migrating") or part.get("pending") for part in parts):
        return "starts, stops or is monitored for the first time"
    if any(part.get("role") == "Stopped" for part in parts):
        return "runs in part"
    promotable = [clone for clone in cluster.iter("clone") if clone.get("multi_state") == "true"]
    if any(one.get("id") == resource for clone in promotable for one in clone.iter()) and all(p.get("role") != "Promoted" for p in parts):
        return "is promoted nowhere"
    return None


def kind_of(actions):
    """Why crm_mon cannot show what the scheduler is about to do."""
    text = "\n".join(actions)
    if "definition change" in text or "Reload" in text:
        return "changed parameters"
    for words, why in (("Migrate ", "another node is liked better"), ("Move ", "another node is liked better"),
                       ("Promote ", "who is to be promoted"), ("Demote ", "who is to be promoted"),
                       ("Stop ", "must not run beside, or without, something"), ("Start ", "a rule of time, or what waits for something")):
        if any(action.startswith(words) for action in actions):
            return why
    return "other"


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    files = sorted(pathlib.Path(sys.argv[2]).glob("*.xml"))
    with tempfile.TemporaryDirectory() as scratch:
        kept = pathlib.Path(sys.argv[3] if len(sys.argv) == 4 else scratch)
        kept.mkdir(exist_ok=True)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            tools = dict(zip((file.stem for file in files), pool.map(lambda file: ask_tools(file, kept), files)))
        output = subprocess.run([sys.argv[1], *(str(one["mon"]) for one in tools.values())], capture_output=True, text=True, check=True)
    reader = {pathlib.Path(told["file"]).name.removesuffix(".mon.xml"): told for told in map(json.loads, output.stdout.splitlines())}

    count, wrong, false_word, act = collections.Counter(), [], [], collections.defaultdict(list)
    untold, unreasoned = collections.Counter(), []
    for name, tool in tools.items():
        told = reader[name]
        if "unreadable" in told or tool["actions"] is None:
            count["not rendered"] += 1
            continue
        settled = "false" if told["unsettled"] else "unknown" if told["unclear"] else "true"
        count[settled, bool(tool["actions"])] += 1
        if settled == "false" and not tool["actions"]:
            false_word.append((name, "; ".join(told["unsettled"])))
        if settled == "true" and tool["actions"]:
            act[kind_of(tool["actions"])].append(name)
        count["compared"] += 1
        places = {name: where for name, where in tool["places"].items() if name not in one_of_several(tool["cluster"])}
        places.update((one, places[clone]) for one, clone in cloned(tool["cluster"]).items() if clone in places and one not in places)
        for resource, answer in (told.get("locations") or {}).items():
            if places.get(resource) is None:
                count["refused" if resource in places else "not asked"] += 1
                continue
            right = expected(resource, places, tool["cluster"])
            count["questions"] += 1
            if "node" in answer:
                count["told"] += 1
                if right != {answer["node"]} or answer["node"] in unreliable(tool["cluster"]):
                    wrong.append((name, f"{resource}: {answer['node']}, crm_resource: {', '.join(sorted(right)) or 'nowhere'}"))
                continue
            why = why_untold(resource, right, tool["cluster"])
            untold[why or "for no reason"] += 1
            if why is None:
                unreasoned.append((name, f"{answer['untold']}; crm_resource: {', '.join(right)}"))

    states = sum(count[s, a] for s in ("true", "false", "unknown") for a in (True, False))
    print(f"{states} states ({count['not rendered']} that Pacemaker's tools did not render)\n")
    print(f"`pcs.location` in {count['compared']} states: {count['questions']} questions, {count['told']} answered, {len(wrong)} wrong. "
          f"{count['not asked']} names were not compared: single instances and members of cloned groups, of which crm_resource tells less; and {count['refused']} that it refused.\n")
    print("| not answered, because it | |\n|---|---|")
    for why, how_often in untold.most_common():
        print(f"| {why} | {how_often} |")
    print()
    print("| `pcs.settled` | nothing to do | the scheduler would act |\n|---|---|---|")
    for settled in ("true", "false", "unknown"):
        print(f"| {settled} | {count[settled, False]} | {count[settled, True]} |")
    for title, found in (("wrong locations", wrong), ("locations not told for no reason", unreasoned),
                         ("false, and nothing to do", false_word)):
        print(f"\n{title}: {len(found)}")
        for name, why in found:
            print(f"- {name}: {why}")
    print("\ntrue, and the scheduler would act for what crm_mon does not show:")
    for why, which in sorted(act.items()):
        print(f"- {why}: {', '.join(which)}")
    sys.exit(1 if wrong or len(false_word) > ALLOWED * max(states, 1) else 0)


if __name__ == "__main__":
    main()
