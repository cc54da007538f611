"""signals.sh calls this: PROCRUN FOLDER. A proxy before a simulated site sends the signal, while who asked waits for its answer."""
import atexit, fcntl, json, os, pty, signal, socket, sqlite3, subprocess, sys, threading, time

procrun, work = sys.argv[1:]
environment = dict(os.environ, HOME=work, NO_COLOR="1", TERM="xterm")
failures = []
F_SETPIPE_SZ = 1031  # of fcntl.h; Python names it from 3.10 on
PATIENCE = 60  # seconds, for what takes a moment on a machine that is not busy


def fail(what):
    failures.append(what)
    print("FAILED:", what, flush=True)
    if len(failures) > 5:
        sys.exit("and so on")


def write(name, text):
    with open(f"{work}/{name}", "w") as file:
        file.write(text)


def until(is_so, what):
    end = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > end:
            raise SystemExit(f"FAILED: waited in vain: {what}")
        time.sleep(0.01)


def default_signals():  # a script's job in the background would ignore SIGINT
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def start(words, log, **more):
    with open(f"{work}/{log}", "w") as out:
        return subprocess.Popen([procrun, *words], cwd=work, env=environment, preexec_fn=default_signals, stderr=out,
                                **{"stdin": subprocess.DEVNULL, "stdout": out, **more})


def said(log):
    with open(f"{work}/{log}", errors="replace") as file:
        return file.read()


def done(process, what):
    """Its exit code; minus a signal."""
    try:
        return process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        fail(f"{what}: it does not end")
        return process.wait()


def runs(journal):
    if not os.path.exists(f"{work}/{journal}"):
        return []
    out = subprocess.run([procrun, "history", "--rehearsals", "--json", "--journal", journal], cwd=work, env=environment, capture_output=True, text=True)
    return [json.loads(line) for line in out.stdout.splitlines()]


class Site:
    """`procrun simulate`, and the socket "door" before it, where the n-th request sends a signal before it is passed on."""

    def __init__(self):
        self.n, self.number, self.count, self.victim = 0, 0, 0, None
        self.lock = threading.Lock()
        self.simulation = start(["simulate", "site.proc", "--socket", "site", "--log", "received"], "simulate.out")
        atexit.register(self.simulation.kill)  # does nothing where it has ended
        until(lambda: os.path.exists(f"{work}/site") or self.simulation.poll() is not None, "the simulated site")
        self.door = socket.socket(socket.AF_UNIX)
        self.door.bind(f"{work}/door")
        self.door.listen(50)
        threading.Thread(target=self.let_in, daemon=True).start()

    def let_in(self):
        while True:
            try:
                client, _ = self.door.accept()
            except OSError:
                return
            inner = socket.socket(socket.AF_UNIX)
            inner.connect(f"{work}/site")
            threading.Thread(target=self.pass_on, args=(client, inner, True), daemon=True).start()
            threading.Thread(target=self.pass_on, args=(inner, client, False), daemon=True).start()

    def pass_on(self, source, to, is_request):
        try:
            while data := source.recv(65536):
                if is_request:
                    with self.lock:
                        self.count += 1
                        if self.count == self.n:
                            os.kill(self.victim.pid, self.number)
                to.sendall(data)
        except OSError:
            pass
        for one in (source, to):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def at(self, n, number, words, log, journal):
        """Runs it, with the signal at the n-th request. Its exit code, and whether the signal was sent."""
        with self.lock:
            self.n, self.number, self.count = n, number, 0
            self.victim = process = start([*words, "--at", "door", "--journal", journal], log)
        code = done(process, f"{words[0]}, {signal.Signals(number).name} at request {n}")
        with self.lock:
            return code, self.count >= n

    def close(self):
        self.door.close()
        self.simulation.terminate()
        if done(self.simulation, "the simulated site") != 0:
            fail("the simulated site ends with " + str(self.simulation.returncode))


def remove(journal):
    for name in (journal, journal + "-wal", journal + "-shm"):
        if os.path.exists(f"{work}/{name}"):
            os.unlink(f"{work}/{name}")


def all_moments(words, judge, prepare=lambda: None):
    """At each request a signal, mostly SIGTERM, until it ends by itself or `judge` has seen enough."""
    for n in range(1, 200):
        number = {0: signal.SIGINT, 3: signal.SIGHUP}.get(n % 6, signal.SIGTERM)
        remove("journal.db")
        prepare()
        code, sent = site.at(n, number, words, "log", "journal.db")
        if not sent:
            return n - 1
        if judge(code, f"{words[0]}, {signal.Signals(number).name} at request {n}, ended with {code}: {said('log')}"):
            return n
    fail(f"{words[0]}: no end after 200 requests")
    return 200


write("site.proc", 'site "signals"\nfact units: list of text\nconnect linux { via simulated }\nhost m1 { address "10.0.0.1"  units ["web", "cron", "gate"] }\n')
site = Site()
write("over.proc", 'step "Over" { on m1 { systemd.stop("cron")  within 1m } }\n')
write("watch.proc", '''
watch "web is not there" every 1s {
  require not systemd.running("web") on m1
  after 2 failures
  run "over.proc"
}
watch "gate is there" every 1s {
  require systemd.running("gate") on m1
  after 2 failures
  run "over.proc"
}
''')

# A watch ends with 0 whenever it is told, or as the run that it interrupts. What it has not begun it has not fired.
seen = {"before": 0, "unbegun": 0, "aborted": 0, "after": 0}


def judge_watch(code, what):
    history = runs("journal.db")
    aborted = any(run["end"] == "aborted" for run in history)
    if code != (5 if aborted else 0):
        fail(what)
    if len(history) > 1:
        fail("two runs: " + what)
    if "running over.proc" in what and not history:
        seen["unbegun"] += 1
        if "it stays armed" not in what:
            fail("it does not say that it stays armed: " + what)
        code, _ = site.at(0, signal.SIGTERM, ["watch", "watch.proc", "--rearm"], "arming", "journal.db")
        if code != 0 or said("arming").count("was armed already") != 2:
            fail(f"it says that it stays armed, and is not: {said('arming')}")
    elif aborted:
        seen["aborted"] += 1
    elif "It is not run again until" in what:
        seen["after"] += 1
    else:
        seen["before"] += 1
    return seen["after"] >= 8


all_moments(["watch", "watch.proc"], judge_watch)
if not all(seen.values()):
    fail(f"not every part of a watch was met: {seen}")
print("watch:", seen)


# A run: killed only where it was not begun; its end is its exit code, whatever comes afterwards.
codes = {"completed": 0, "failed": 1, "aborted": 5}


def judge_run(code, what):
    history = runs("journal.db")
    if not history:
        if code >= 0 and code != 5:
            fail(what)
    elif code != codes.get(history[0]["end"]):
        fail(f"{history[0]['end']}: {what}")


print("run:", all_moments(["rehearse", "over.proc"], judge_run), "moments")

# An undo of two parts, the second of another text, and killed in its action: told to end in the one, it does not begin the other.
web, gate = (f'on m1 {{ systemd.stop("{unit}")  undo systemd.start("{unit}") }}' for unit in ("web", "gate"))


def keep(journal):
    kept = sqlite3.connect(":memory:")
    sqlite3.connect(f"{work}/{journal}").backup(kept)
    return kept


def put_back(kept):
    remove("journal.db")
    copy = sqlite3.connect(f"{work}/journal.db")
    kept.backup(copy)
    copy.close()


remove("journal.db")
step = f'step "Web" {{ {web} }}'
write("parts.proc", f'step "Two" {{\n{step}\nfail "not yet"\n}}\n')
site.at(0, signal.SIGTERM, ["rehearse", "parts.proc", "--on-failure", "keep"], "log", "journal.db")
write("parts.proc", f'step "Two" {{\n{step}\n{gate}\nfail "not today"\n}}\n')
one_part = keep("journal.db")
for n in range(1, 100):
    put_back(one_part)
    site.at(n, signal.SIGKILL, ["resume", "1", "--on-failure", "keep"], "log", "journal.db")
    if "systemctl stop -- gate" in said("received"):
        break
else:
    fail(f"the second part has stopped nothing: {said('log')}")
parts = keep("journal.db")

met = {"not begun": 0}


def judge_undo(code, what):
    if code not in (0, 1, 5):
        if code < 0 and "undone" not in what and "Undo" not in what:
            return  # before anything was begun
        fail(what)
    if "interrupted before it was begun" in what:
        met["not begun"] += 1
        if code != 5:
            fail("not begun: " + what)


print("undo:", all_moments(["undo", "1"], judge_undo, lambda: put_back(parts)), "moments", met)
if not met["not begun"]:
    fail("no signal has met the border between two parts of an undo")
site.close()

# What is told at the very end may take its time, here because nobody reads it: the run is over, and its end is its exit code.
os.makedirs(f"{work}/alone")
write("alone/alone.proc", 'site "alone"\nfact units: list of text\nhost m1 { via simulated  units ["cron"] }\nstep "Over" { on m1 { systemd.stop("cron")  within 1m } }\n')


def rehearse_into(room, journal):
    """With a standard output that takes `room` bytes before somebody reads; and what is to be read."""
    reader, writer = os.pipe()
    fcntl.fcntl(writer, F_SETPIPE_SZ, 4096)
    os.write(writer, b" " * (4096 - room))
    process = start(["rehearse", "alone/alone.proc", "--journal", journal], "log", stdout=writer)
    os.close(writer)
    return process, reader


process, reader = rehearse_into(4096, "whole.db")
done(process, "a rehearsal")
whole = os.read(reader, 4096)
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    journal = f"end{number}.db"
    process, reader = rehearse_into(len(whole) - 1, journal)
    until(lambda: any(run["end"] == "completed" for run in runs(journal)), "the run's end")
    if process.poll() is not None:
        fail("the last of what it says was to be waited for")
    process.send_signal(number)
    while os.read(reader, 4096):
        pass
    code = done(process, "a run that nobody reads of")
    if code != 0:
        fail(f"{signal.Signals(number).name} after its end, a completed run ends with {code}: {said('log')}")

# A watch whose run is told to end in its last action: the run is completed, and the watch ends all the same.
write("here.proc", 'site "here"\nhost me { via local }\n')
os.makedirs(f"{work}/last")
write("last/site.proc", 'site "here"\nhost me { via local }\n')
write("last/last.proc", 'step "Over" { on me { shell.action("kill -TERM $PPID; echo over >>over") } }\n')
write("last/watch.proc", 'watch "never" every 1s {\n  require shell.succeeds("exit 1") on me\n  after 1 failures\n  run "last.proc"\n}\n')
process = start(["watch", "last/watch.proc", "--journal", "last.db"], "log")
code = done(process, "a watch whose run was told to end")
if code < 0 or said("over") != "over\n":
    fail(f"a watch whose run was told to end in its last action ends with {code}: {said('log')}")

# A session that is told to end has its end in the journal, and does not go on with what else is typed.
session = start(["repl", "--site", "here.proc", "--journal", "typed.db"], "log", stdin=subprocess.PIPE)
session.stdin.write(b'shell.query("echo first") on me\n')
session.stdin.flush()
until(lambda: "first" in said("log") or session.poll() is not None, "the first line")
session.terminate()
code = done(session, "a session")
if code != 5 or not all(run["end"] for run in runs("typed.db")):
    fail(f"SIGTERM at the prompt: it ends with {code}, {runs('typed.db')}: {said('log')}")
session = start(["repl", "--site", "here.proc", "--journal", "typed.db"], "log", stdin=subprocess.PIPE)
session.stdin.write(b'shell.query("kill -TERM $PPID; echo first") on me\nshell.query("echo sec""ond") on me\n')
session.stdin.flush()
code = done(session, "a session")
if code != 5 or "second" in said("log") or not all(run["end"] for run in runs("typed.db")):
    fail(f"SIGTERM in a statement: it ends with {code}, {runs('typed.db')}: {said('log')}")

# The same where its terminal is closed, or it is told there.
for how in ("closed", "told"):
    pid, terminal = pty.fork()
    if pid == 0:
        default_signals()
        os.chdir(work)
        os.execve(procrun, [procrun, "repl", "--site", "here.proc", "--journal", f"{how}.db"], environment)
    shown = b""
    while b"procrun> " not in shown:
        shown += os.read(terminal, 1024)
    if how == "told":
        os.kill(pid, signal.SIGTERM)
        try:
            while os.read(terminal, 1024):
                pass
        except OSError:
            pass
    os.close(terminal)
    status = {}
    until(lambda: status.update(zip(("pid", "end"), os.waitpid(pid, os.WNOHANG))) or status["pid"] == pid, f"the end of a session, {how}")
    if not os.WIFEXITED(status["end"]) or not all(run["end"] for run in runs(f"{how}.db")):
        fail(f"a terminal that is {how}: {status}, {runs(f'{how}.db')}")

sys.exit(len(failures) > 0)
