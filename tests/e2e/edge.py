"""An edge in front of a Gateway: TLS, a page of its own in the Gateway's place, or a relay for those it lets pass.

Modes: `access` and `access-403` want the service token of ping_rows.py and show a login or a refusal otherwise; `firewall`,
`tunnel`, `bad-gateway` and `elsewhere` answer everybody with their page; `forwarded` lets everybody pass and says for whom it
asks, as a reverse proxy does that gateway.trustedProxies does not name. What came is kept in `seen`.
"""
import hashlib
import os
import socket
import ssl
import subprocess
import threading

from ping_rows import SERVICE_ID, SERVICE_SECRET

PAGES = {
    "access": "302 Found\r\nLocation: https://team.cloudflareaccess.com/cdn-cgi/access/login/gw?kid=1\r\n\r\n",
    "access-403": "403 Forbidden\r\ncf-access-domain: gw.example.com\r\n\r\n<!DOCTYPE html><title>Verboten</title>",
    "firewall": "403 Forbidden\r\n\r\nerror code: 1020",
    "tunnel": "530 X\r\n\r\n<!DOCTYPE html><span class=\"cf-error-code\">1033</span>",
    "bad-gateway": "502 Bad Gateway\r\n\r\n<!DOCTYPE html><title>gw.example.com | 502: Bad gateway</title><span>Error code 502</span>",
    "elsewhere": "302 Found\r\nLocation: https://127.0.0.1:9/decoy\r\n\r\n",
}


class Edge:
    """One edge on a port of its own; `mode` may be changed at any time."""

    def __init__(self, folder, gateway_port):
        self.gateway_port, self.mode, self.seen = gateway_port, "access", []
        cert, key = os.path.join(folder, "edge.pem"), os.path.join(folder, "edge.key")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "30",
                        "-subj", "/CN=gw.example.com"], check=True, capture_output=True)
        with open(cert, encoding="utf-8") as file:
            self.fingerprint = hashlib.sha256(ssl.PEM_cert_to_DER_cert(file.read())).hexdigest()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(cert, key)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                raw, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(raw,), daemon=True).start()

    def serve(self, raw):
        try:
            with self.context.wrap_socket(raw, server_side=True) as client:
                client.settimeout(60)
                head = b""
                while b"\r\n\r\n" not in head:
                    more = client.recv(65536)
                    if not more:
                        return
                    head += more
                self.answer(client, head)
        except OSError:
            return

    def answer(self, client, head):
        lines = head.split(b"\r\n\r\n", 1)[0].decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines[1:])}
        self.seen.append((lines[0].rsplit(" ", 1)[0], headers))
        known = headers.get("cf-access-client-id") == SERVICE_ID and headers.get("cf-access-client-secret") == SERVICE_SECRET
        if self.mode == "forwarded" or (self.mode.startswith("access") and known):
            return self.relay(client, head)
        start, body = PAGES[self.mode].split("\r\n\r\n", 1)
        client.sendall(f"HTTP/1.1 {start}\r\nserver: cloudflare\r\ncf-ray: 0123456789abcdef-TST\r\ncontent-type: text/html\r\n"
                       f"content-length: {len(body)}\r\nconnection: close\r\n\r\n{body}".encode())
        return None

    def relay(self, client, head):
        """Passes on in both directions; what Access reads stays here."""
        start, rest = head.split(b"\r\n\r\n", 1)
        kept = [line for line in start.split(b"\r\n") if not line.lower().startswith(b"cf-access-")]
        if self.mode == "forwarded":
            kept.append(b"X-Forwarded-For: 203.0.113.7")
        upgrades = any(line.lower().startswith(b"upgrade:") for line in kept)
        if not upgrades:
            kept = [line for line in kept if not line.lower().startswith(b"connection:")] + [b"Connection: close"]
        with socket.create_connection(("127.0.0.1", self.gateway_port), timeout=60) as gateway:
            gateway.sendall(b"\r\n".join(kept) + b"\r\n\r\n" + rest)
            if upgrades:
                threading.Thread(target=self.pump, args=(client, gateway), daemon=True).start()
            self.pump(gateway, client)

    @staticmethod
    def pump(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
        except OSError:
            pass

    def stop(self):
        self.listener.close()
