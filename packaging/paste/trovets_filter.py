# SPDX-License-Identifier: Apache-2.0
"""A filter for the pipeline of trove-api that asks trove-ts whether a request may have the hardware it asks for.

It belongs after ``authtoken`` in api-paste.ini, because it tells trove-ts who sends the request, and before
``extensions`` and ``troveapp``, because both create instances. It decides nothing itself: it sends the request as it
came, and relays the answer. It logs in to Keystone with the options of ``[trovets_filter]`` in trove.conf.
"""

import base64
import io
import json
import logging
from urllib.parse import quote

from keystoneauth1 import adapter
from keystoneauth1 import exceptions
from keystoneauth1 import loading
from oslo_config import cfg

LOG = logging.getLogger(__name__)

GROUP = 'trovets_filter'
# As large as trove-api accepts a request ([oslo_middleware] max_request_body_size); trove-ts refuses what is larger.
BODY_BYTES_MAX = 114688
# Characters of a path that need no encoding, so that trove-ts sees a plain path as the client wrote it.
SAFE = "/~!$&'()*+,;=:@"


class Unavailable(Exception):
    """trove-ts did not answer the question."""


class TrovetsFilter:
    """WSGI middleware. ``ask`` takes the question as a dict and returns the decision, or raises Unavailable."""

    def __init__(self, application, ask, when_unavailable):
        self.application = application
        self.ask = ask
        self.when_unavailable = when_unavailable

    def __call__(self, environ, start_response):
        if not may_ask_for_hardware(environ):
            return self.application(environ, start_response)
        body = read_body(environ)
        try:
            decision = self.ask(question(environ, body))
        except Unavailable as error:
            operation = '%s %s' % (environ['REQUEST_METHOD'], environ.get('PATH_INFO', ''))
            if self.when_unavailable == 'admit':
                LOG.warning('%s was admitted unchecked, because %s.', operation, error)
                return self.application(environ, start_response)
            LOG.warning('%s was refused, because %s.', operation, error)
            message = 'The request cannot be checked now; nothing was changed. Please try again.'
            return respond(start_response, 503, {'serviceUnavailable': {'code': 503, 'message': message}}, 10)
        if decision['decision'] != 'admit':
            return respond(start_response, decision['status'], decision['body'], decision.get('retry_after'))
        return self.application(environ, with_warnings(start_response, decision.get('warnings') or ()))


def may_ask_for_hardware(environ):
    """True for every request that trove-ts has to see; it says itself which of them ask for hardware."""
    path = environ.get('PATH_INFO', '').lower()
    if 'instances' not in path and 'clusters' not in path:
        return False
    if environ['REQUEST_METHOD'] in ('POST', 'PUT', 'PATCH'):
        return True
    # Trove lets the query replace the method, and a GET of .../edit can change an instance.
    return 'edit' in path or '_method' in environ.get('QUERY_STRING', '')


def read_body(environ):
    """Reads the body, and leaves the application one to read."""
    stream = environ['wsgi.input']
    length = environ.get('CONTENT_LENGTH')
    if length:
        body = stream.read(min(int(length), BODY_BYTES_MAX + 1))
    elif environ.get('HTTP_TRANSFER_ENCODING') or environ.get('wsgi.input_terminated'):
        body = stream.read(BODY_BYTES_MAX + 1)
    else:
        body = b''
    environ['wsgi.input'] = io.BytesIO(body)
    if body or length:
        environ['CONTENT_LENGTH'] = str(len(body))
    environ.pop('HTTP_TRANSFER_ENCODING', None)
    return body


def question(environ, body):
    """The request as trove-ts wants to see it, with the identity that authtoken has established."""
    path = environ.get('SCRIPT_NAME', '') + environ.get('PATH_INFO', '')
    roles = environ.get('HTTP_X_ROLES', '')
    return {
        'method': environ['REQUEST_METHOD'],
        # WSGI decodes a path once, and so does Trove.
        'path': quote(path.encode('latin-1'), safe=SAFE),
        'query': environ.get('QUERY_STRING', ''),
        'content_type': environ.get('CONTENT_TYPE') or None,
        'content_encoding': environ.get('HTTP_CONTENT_ENCODING'),
        'body_base64': base64.b64encode(body).decode('ascii'),
        'identity': {
            'user_id': environ.get('HTTP_X_USER_ID', ''),
            'project_id': environ.get('HTTP_X_PROJECT_ID') or environ.get('HTTP_X_TENANT_ID', ''),
            'roles': [role for role in roles.split(',') if role],
        },
    }


def respond(start_response, status, body, retry_after):
    content = json.dumps(body).encode('utf-8')
    headers = [('Content-Type', 'application/json'), ('Content-Length', str(len(content)))]
    if retry_after is not None:
        headers.append(('Retry-After', str(retry_after)))
    start_response('%d %s' % (status, 'Refused'), headers)
    return [content]


def with_warnings(start_response, warnings):
    """Adds the warnings to the answer of the application."""
    added = [('Warning', '299 trove-ts "%s"' % quoted(warning)) for warning in warnings]

    def start(status, headers, *more):
        return start_response(status, list(headers) + added, *more)

    return start if added else start_response


def quoted(text):
    ascii_only = ''.join(each if ' ' <= each <= '~' else '?' for each in text)
    return ascii_only.replace('\\', '\\\\').replace('"', '\\"')


def client_for(url, deadline, conf):
    """Returns a function that asks trove-ts at a URL, over connections that are kept open."""
    loading.register_session_conf_options(conf, GROUP)
    loading.register_auth_conf_options(conf, GROUP)
    auth = loading.load_auth_from_conf_options(conf, GROUP)
    session = loading.load_session_from_conf_options(conf, GROUP, auth=auth, timeout=deadline)
    client = adapter.Adapter(session, endpoint_override=url.rstrip('/'), user_agent='trovets_filter')

    def ask(request):
        try:
            path = '/v1.0/%s/decisions' % session.get_project_id()
            answer = client.post(path, json=request, raise_exc=False, connect_retries=0)
            if answer.status_code != 200:
                raise Unavailable('trove-ts answered %d: %s' % (answer.status_code, answer.text[:500]))
            decision = answer.json()
        except (exceptions.ClientException, ValueError) as error:
            raise Unavailable('trove-ts could not be asked: %s' % error)
        if decision.get('decision') not in ('admit', 'refuse'):
            raise Unavailable('trove-ts answered something else than a decision')
        return decision

    return ask


def filter_factory(global_conf, url=None, deadline='2', when_unavailable='refuse', **unknown):
    """Makes the filter from its section in api-paste.ini."""
    if not url:
        raise ValueError('[filter:trovets] url is required: the address of trove-ts, such as http://192.0.2.7:8779')
    if when_unavailable not in ('refuse', 'admit'):
        raise ValueError("[filter:trovets] when_unavailable: use 'refuse' or 'admit', not %r" % when_unavailable)
    if unknown:
        raise ValueError('[filter:trovets] unknown keys: %s' % ', '.join(sorted(unknown)))
    ask = client_for(url, float(deadline), cfg.CONF)
    return lambda application: TrovetsFilter(application, ask, when_unavailable)
