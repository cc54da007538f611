"""The consoles of a URS pair, as the vendor's page tells what they answer: urs_console.py FOLDER ADDRESS ADDRESS PORT

The first address is primary. FOLDER/urs-ADDRESS says what the one at this address is; the test may write FOLDER/connection ("no backup",
"no connection", or a connection id). The old primary has one call more, which lasts for as long as FOLDER/call is there; then it exits.
"""
import http.server
import pathlib
import sys
import threading
import time

folder = pathlib.Path(sys.argv[1])
addresses = sys.argv[2:4]
port = int(sys.argv[4])


def tell(address, mode):
    new = folder / f".urs-{address}"
    new.write_text(mode + "\n")
    new.rename(folder / f"urs-{address}")


def drain(server):
    while (folder / "call").exists():
        time.sleep(0.02)
    server.shutdown()
    server.server_close()
    tell(server.server_address[0], "down")


class Console(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        here = self.server.server_address[0]
        backup = addresses[1 - addresses.index(here)]
        state = (folder / "connection").read_text().strip()
        answer, rolls_over = None, False
        if self.path == "/urs/console?backup":
            connection = state if set(state) <= set("0123456789abcdef") else "0" * 16
            answer = "no backup" if state == "no backup" else f"urs_b({backup}:5010,812);{connection}"
        elif self.path == "/urs/console?rollover":
            rolls_over = not state.startswith("no ")
            answer = "urs_b" if rolls_over else state
            with (folder / "rollovers").open("a") as told:
                told.write(f"{here}: {answer}\n")
        if rolls_over:
            tell(here, "backup")
            tell(backup, "primary")
            threading.Thread(target=drain, args=[self.server]).start()
        self.send_response(200 if answer else 404)
        body = ((answer or "unknown command") + "\n").encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


servers = [http.server.ThreadingHTTPServer((address, port), Console) for address in addresses]
for address, mode in zip(addresses, ["primary", "backup"]):
    tell(address, mode)
threads = [threading.Thread(target=server.serve_forever, args=[0.02]) for server in servers]
for thread in threads:
    thread.start()
(folder / "ready").write_text("")
for thread in threads:
    thread.join()
