"""A storage that speaks as much S3 as rclone needs, in memory. It checks no signatures."""

import hashlib
import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.sax.saxutils import escape

KEPT = ("content-type", "cache-control", "content-encoding")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A reply goes out at once, not in two pieces that wait for each other.
    wbufsize = -1
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def handle_expect_100(self):
        is_expected = super().handle_expect_100()
        self.wfile.flush()
        return is_expected

    def reply(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def key(self):
        """The key of an object; empty for the bucket."""
        return unquote(urlsplit(self.path).path).lstrip("/").partition("/")[2]

    def do_PUT(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        key = self.key()
        if "x-amz-copy-source" in self.headers:
            return self.reply(501)
        if key:
            headers = {n.lower(): v for n, v in self.headers.items() if n.lower() in KEPT or n.lower().startswith("x-amz-meta-")}
            self.server.objects[key] = (body, headers)
            self.server.log.append(("put", key))
        self.reply(200, headers=[("ETag", f'"{hashlib.md5(body).hexdigest()}"')])

    def do_DELETE(self):
        self.server.objects.pop(self.key(), None)
        self.server.log.append(("delete", self.key()))
        self.reply(204)

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        key, query = self.key(), parse_qs(urlsplit(self.path).query)
        if not key:
            return self.reply(200, self.listing(query), [("Content-Type", "application/xml")])
        if key not in self.server.objects:
            return self.reply(404, b"<Error><Code>NoSuchKey</Code></Error>", [("Content-Type", "application/xml")])
        body, headers = self.server.objects[key]
        fixed = {"ETag": f'"{hashlib.md5(body).hexdigest()}"', "Last-Modified": formatdate(usegmt=True)}
        self.reply(200, body, [*headers.items(), *fixed.items()])

    def listing(self, query):
        prefix, delimiter = (query.get(name, [""])[0] for name in ("prefix", "delimiter"))
        shown = quote if query.get("encoding-type") == ["url"] else str
        folders, objects = set(), []
        for key, (body, _) in sorted(self.server.objects.items()):
            rest = key[len(prefix):]
            if not key.startswith(prefix):
                continue
            if delimiter and delimiter in rest:
                folders.add(prefix + rest.split(delimiter)[0] + delimiter)
                continue
            objects.append(
                f"<Contents><Key>{escape(shown(key))}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
                f"<ETag>&quot;{hashlib.md5(body).hexdigest()}&quot;</ETag><Size>{len(body)}</Size></Contents>"
            )
        parts = [f"<CommonPrefixes><Prefix>{escape(shown(f))}</Prefix></CommonPrefixes>" for f in sorted(folders)]
        return ("<ListBucketResult><IsTruncated>false</IsTruncated>" + "".join(objects + parts) + "</ListBucketResult>").encode()


def serve(port):
    """Starts a storage on the loopback address. Returns the server, which has `objects` and `log`."""
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.objects, server.log = {}, []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
