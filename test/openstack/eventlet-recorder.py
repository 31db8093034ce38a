"""Writes down each request as eventlet, the HTTP server of trove-api, understands it: a JSON text a line."""

import json
import sys

import eventlet
import eventlet.wsgi


def record(environ, start_response):
    try:
        body = environ['wsgi.input'].read()
    except Exception as error:  # A body that eventlet cannot read is none for Trove either.
        body = repr(error).encode()
    received = {
        'method': environ['REQUEST_METHOD'],
        'path': environ.get('PATH_INFO', ''),
        'contentType': environ.get('CONTENT_TYPE') or '',
        'body': body.decode('latin-1'),
    }
    print(json.dumps(received), flush=True)
    start_response('202 Accepted', [('Content-Type', 'application/json')])
    return [b'{}']


socket = eventlet.listen(('127.0.0.1', 0))
print('listening at http://127.0.0.1:%d' % socket.getsockname()[1], flush=True)
eventlet.wsgi.server(socket, record, log_output=False)
