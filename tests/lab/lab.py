#!/usr/bin/env python3
"""usage: ./dev lab up|test|down|build|ssh|virsh

  up [anew]        both machines run as a healthy cluster: restored from a saved state; without one they are built, set up and saved
  test [NAME…]     each test from the saved state, with build/procrun over SSH; docs/lab/result.md is written. With names: those
                   whose name has one of them, and the page keeps what the others said last
  down             both machines are switched off at once; images and the saved state stay in build/lab
  build            the image anew from Debian packages; the saved state is lost
  ssh 1|2 SCRIPT   a shell script as root on one of the machines
  virsh VERB NAME  the machines' hypervisor, as the site file asks for it: domstate or start
"""
import pathlib
import subprocess
import sys
import time

sys.dont_write_bytecode = True  # no caches among the sources

import record
import setup
import vm

HERE = pathlib.Path(__file__).resolve().parent
READY = "ready"
MACHINES = [vm.Machine(1), vm.Machine(2)]
started = time.monotonic()


def say(text):
    print(f"==> {time.monotonic() - started:5.0f} s  {text}", file=sys.stderr, flush=True)


def accelerator():
    """kvm where a kernel says something under it within 15 s, else tcg; tried once. /dev/kvm may be there and not work."""
    known = vm.STATE / "accelerator"
    if known.exists():
        return known.read_text().strip()
    command = ["timeout", "15", "qemu-system-x86_64", "-accel", "kvm", "-cpu", "host", "-M", "q35", "-m", "256", "-nodefaults", "-display", "none"]
    command += ["-no-reboot", "-kernel", str(vm.STATE / "vmlinuz"), "-append", "console=ttyS0 panic=-1", "-serial", "stdio"]
    said = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL).stdout
    answer = "kvm" if b"Linux version" in said else "tcg"
    known.write_text(answer + "\n")
    return answer


def build(*words):
    down()
    for machine in MACHINES:
        for disk in machine.disks:
            disk.unlink(missing_ok=True)
    record.Book(vm.STATE / "records").forget()
    subprocess.run(["bash", str(HERE / "build.sh"), str(vm.STATE), *words], check=True)


def answers(machine):
    return machine.ask("true") == (0, "")


def down():
    for machine in MACHINES:
        machine.pull_the_plug()


def set_up():
    if not (vm.STATE / "base.raw").exists():
        build()
    say(f"booting for the first time, with {accelerator()}")
    for machine in MACHINES:
        machine.fresh_disks()
        machine.start(accelerator())
    for machine in MACHINES:
        vm.until(f"{machine.name} answers", lambda: answers(machine), 600)
    for part in (setup.storage, setup.cluster, setup.database):
        say(f"setting up: {part.__name__}")
        part(*MACHINES)
    say("saving")
    for machine in MACHINES:
        machine.pause()
    for machine in MACHINES:
        machine.save(READY)


def restore():
    """Both machines as they were saved, with today's time."""
    down()
    for machine in MACHINES:
        machine.start(accelerator(), READY)
    for machine in MACHINES:
        machine.go_on()
    for machine in MACHINES:
        vm.until(f"{machine.name} answers", lambda: machine.ask(f"date -u -s @{int(time.time())}"), 120)


def up(*words):
    if "anew" in words or not all(machine.has(READY) for machine in MACHINES):
        down()
        set_up()
    restore()
    say("both machines run")


def ssh(number, *words):
    answer = MACHINES[int(number) - 1].ask(" ".join(words), 600)
    print(answer[1] if answer else "no answer")
    sys.exit(answer[0] if answer else 255)


def virsh(verb, name):
    machine = next(each for each in MACHINES if each.name == name)
    if verb == "domstate":
        print("running" if machine.pid() else "shut off")
    elif verb == "start" and machine.pid() is None:
        machine.start(accelerator())
    else:
        raise vm.Failure(f"virsh {verb} {name}: cannot do this now")


def test(*names):
    import tests

    sys.exit(tests.run(list(names), restore, down, MACHINES, accelerator(), say))


def main():
    commands = {"up": up, "test": test, "down": down, "build": build, "ssh": ssh, "virsh": virsh}
    if len(sys.argv) < 2 or sys.argv[1] not in commands:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    vm.STATE.mkdir(parents=True, exist_ok=True)
    try:
        commands[sys.argv[1]](*sys.argv[2:])
    except vm.Failure as failure:
        print(f"lab: {failure}", file=sys.stderr)
        sys.exit(3)


if __name__ == "__main__":
    main()
