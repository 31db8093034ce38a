"""A filter for the pipeline of trove-api that writes down each request that comes this far: a JSON text a line."""

import io
import json


def filter_factory(global_conf, file):
    def wrap(application):
        def record(environ, start_response):
            length = int(environ.get('CONTENT_LENGTH') or 0)
            body = environ['wsgi.input'].read(length) if length else b''
            if length:
                environ['wsgi.input'] = io.BytesIO(body)
            received = {
                'method': environ['REQUEST_METHOD'],
                'path': environ.get('SCRIPT_NAME', '') + environ.get('PATH_INFO', ''),
                'body': body.decode('latin-1'),
                'forwardedFor': environ.get('HTTP_X_FORWARDED_FOR'),
                'host': environ.get('HTTP_HOST'),
            }
            with open(file, 'a', encoding='utf-8') as lines:
                lines.write(json.dumps(received) + '\n')
            return application(environ, start_response)

        return record

    return wrap
