# Another implementation of multicast DNS: announces a gateway that is none, with an id and a cluster, and says a line
# for each event: what it sees of the service type, and what is sent to the port that it announces.
#   peer.py ADDRESS PORT ID CLUSTER
import socket
import sys
import threading
from zeroconf import ServiceBrowser, ServiceInfo, Zeroconf

address, port, gateway, cluster = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
TYPE = "_slipway._tcp.local."


def say(*words):
    print(*words, flush=True)


class Listener:
    def add_service(self, zeroconf, kind, name):
        info = zeroconf.get_service_info(kind, name, 10000)
        if info is None:
            say("nothing of", name)
            return
        text = sorted(k.decode() + "=" + v.decode() for k, v in info.properties.items())
        say("seen", name, info.server, info.parsed_addresses(), info.port, *text)

    def update_service(self, zeroconf, kind, name):
        self.add_service(zeroconf, kind, name)

    def remove_service(self, zeroconf, kind, name):
        say("gone", name)


def listen():
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((address, port))
    server.listen(5)
    while True:
        connection, where = server.accept()
        connection.settimeout(10)
        try:
            say("called from", where[0], connection.recv(200).hex())
        except OSError as failed:
            say("failed", failed)
        connection.close()


threading.Thread(target=listen, daemon=True).start()
zeroconf = Zeroconf(interfaces=[address])
ServiceBrowser(zeroconf, TYPE, Listener())
mine = ServiceInfo(TYPE, gateway + "." + TYPE, addresses=[socket.inet_aton(address)], port=port,
                   properties={"id": gateway, "cluster": cluster, "tls": "0", "proto": "1-1"},
                   server="not-" + gateway + ".local.")
zeroconf.register_service(mine)
say("registered")
for line in sys.stdin:
    if line.strip() == "leave":
        zeroconf.unregister_service(mine)
        say("left")
zeroconf.close()
