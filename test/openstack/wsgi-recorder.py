"""A WSGI application that appends each request, as its server understands it, to the file RECORD: a JSON text a line.

As a program, it is served by eventlet, as trove-api is: ``wsgi-recorder.py PORT``.
"""

import json
import os
import sys


def application(environ, start_response):
    try:
        body = environ['wsgi.input'].read()
    except Exception as error:  # A body that the server cannot read is none for Trove either.
        body = repr(error).encode()
    received = {
        'method': environ['REQUEST_METHOD'],
        'path': environ.get('PATH_INFO', ''),
        'contentType': environ.get('CONTENT_TYPE') or '',
        'body': body.decode('latin-1'),
    }
    with open(os.environ['RECORD'], 'a', encoding='utf-8') as lines:
        lines.write(json.dumps(received) + '\n')
    start_response('202 Accepted', [('Content-Type', 'application/json')])
    return [b'{}']


if __name__ == '__main__':
    import eventlet
    import eventlet.wsgi

    eventlet.wsgi.server(eventlet.listen(('127.0.0.1', int(sys.argv[1]))), application, log_output=False)
