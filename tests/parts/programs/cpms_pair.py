"""Two CPMS servers and the address of their load balancer: cpms_pair.py FOLDER ADDRESS ADDRESS MAIL

A server serves POP3, SMTP and HTTP while FOLDER/runs-ADDRESS is there; MAIL serves while one of them does. Its daemon at port 7890 does what
FOLDER/daemon-ADDRESS says: "confirms" ends the service, and says so; "refuses" says that it could not; "silent" takes the connection.
What came to a daemon stands in FOLDER/orders.
"""
import pathlib
import select
import socket
import sys

folder = pathlib.Path(sys.argv[1])
servers = sys.argv[2:4]
mail = sys.argv[4]
greetings = {110: b"+OK CPMS POP3 ready\r\n", 25: b"220 CPMS ESMTP\r\n", 80: b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nmail\n"}


def runs(address):
    return (folder / f"runs-{address}").exists()


def should_listen(address, port):
    return port == 7890 or (any(map(runs, servers)) if address == mail else runs(address))


def listen(address, port):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen()
    return listener


def obey(address, connection):
    line = connection.recv(1024)
    if not line:
        return connection.close()
    with (folder / "orders").open("a") as told:
        told.write(f"{address}: {line.decode()}")
    how = (folder / f"daemon-{address}").read_text().strip()
    if how == "silent":
        kept.append(connection)
        return
    if how == "confirms" and line == b"SHUTDOWN_YOUR_SERVICE\n":
        (folder / f"runs-{address}").unlink(missing_ok=True)
        (folder / f"mounted-{address}").unlink(missing_ok=True)
        connection.sendall(b"OK\n")
    else:
        connection.sendall(b"ERR a script failed\n")
    connection.close()


def greet(port, connection):
    if port == 80:
        connection.recv(4096)
    try:
        connection.sendall(greetings[port])
    finally:
        connection.close()


places = [(address, port) for address in servers + [mail] for port in greetings] + [(address, 7890) for address in servers]
listening, kept = {}, []
while True:
    for place in places:
        if should_listen(*place) and place not in listening:
            listening[place] = listen(*place)
        elif not should_listen(*place) and place in listening:
            listening.pop(place).close()
    (folder / "ready").touch()
    by_socket = {listener: place for place, listener in listening.items()}
    for listener in select.select(list(by_socket), [], [], 0.02)[0]:
        address, port = by_socket[listener]
        connection = listener.accept()[0]
        connection.settimeout(2)
        try:
            obey(address, connection) if port == 7890 else greet(port, connection)
        except OSError:
            pass
