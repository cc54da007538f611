"""A CPMS with its failover daemon, as far as anybody can see it over TCP: cpms.py FOLDER CFG CFG SERVICE

FOLDER/ADDRESS-PORT stands for a service: while it is there, somebody listens at this port of this address; with "hangs" in it, he says
nothing. At SERVICE answers whichever CFG has the service. The daemon of the first CFG listens at the port that FOLDER/monitor names. What
it hears goes to FOLDER/heard; FOLDER/word is its answer: "OK…" shuts the service down and lets go of the user database, FOLDER/userdb-CFG;
an empty word is silence.
"""
import pathlib
import socketserver
import sys
import threading
import time

folder = pathlib.Path(sys.argv[1])
first, second, service = sys.argv[2:5]
monitor = int((folder / "monitor").read_text())
greetings = {7110: b"+OK POP3 ready\r\n", 7025: b"220 mail ESMTP\r\n"}


def services(address):
    return {path: int(path.name.rpartition("-")[2]) for path in folder.glob(f"{address}-*")}


class Service(socketserver.BaseRequestHandler):
    def handle(self):
        address, port = self.server.server_address
        behind = [first, second] if address == service else [address]
        states = [path.read_text() for of in behind for path, at in services(of).items() if at == port]
        if "hangs" in states:
            self.request.recv(1000)  # until whoever asks has gone
        elif port in greetings:
            self.request.sendall(greetings[port])
            self.request.recv(1000)
        elif port == 7080:
            self.request.recv(1000)
            self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


class Daemon(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if not line:
            return
        with (folder / "heard").open("ab") as heard:
            heard.write(line)
        word = (folder / "word").read_text()
        if not word:
            self.rfile.readline()
            return
        if word.startswith("OK"):
            for path in services(first):
                path.unlink()
            (folder / f"userdb-{first}").unlink(missing_ok=True)
        self.wfile.write(word.encode() + b"\n")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def listen(address, port, handler):
    server = Server((address, port), handler)
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    return server


listen(first, monitor, Daemon)
listening = {}
while True:
    wanted = {(address, port) for address in (first, second) for port in services(address).values()}
    wanted |= {(service, port) for _, port in wanted}
    for place in wanted - listening.keys():
        listening[place] = listen(*place, Service)
    for place in listening.keys() - wanted:
        server = listening.pop(place)
        server.shutdown()
        server.server_close()
    (folder / "ready").touch()
    time.sleep(0.02)
