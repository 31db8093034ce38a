# SPDX-License-Identifier: Apache-2.0
"""A filter for the pipeline of trove-api that asks trove-ts whether a request may have the hardware it asks for.

It belongs after ``authtoken`` in api-paste.ini, because it tells trove-ts who sends the request, and before
``extensions`` and ``troveapp``, because both create instances. It decides nothing itself: it sends the request as it
came, and relays the answer. For an admitted request it reports what trove-api answered. It logs in to Keystone with the
options of ``[trovets_filter]`` in trove.conf.
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
# As much of a body as trove-ts reads. It gets one byte more of a larger one, and then refuses it if it asks for hardware.
BODY_BYTES_MAX = 131072
# Characters of a path that need no encoding, so that trove-ts sees a plain path as the client wrote it.
SAFE = "/~!$&'()*+,;=:@"
# As much of an answer as has the id of what trove-api created.
ANSWER_BYTES_MAX = 262144


class Unavailable(Exception):
    """trove-ts did not answer the question."""


class TrovetsFilter:
    """WSGI middleware.

    ``ask`` takes the question as a dict and returns the decision. ``report`` takes the id of a decision and the result as a
    dict. Both raise Unavailable. ``bypass_key`` is the key of the bypass header in the WSGI environment, or None.
    """

    def __init__(self, application, ask, report, when_unavailable, bypass_key=None):
        self.application = application
        self.ask = ask
        self.report = report
        self.when_unavailable = when_unavailable
        self.bypass_key = bypass_key

    def __call__(self, environ, start_response):
        # trove-api must never see this header, whatever the request is.
        bypass = environ.pop(self.bypass_key, None) if self.bypass_key else None
        if not may_ask_for_hardware(environ):
            return self.application(environ, start_response)
        body = read_body(environ)
        try:
            decision = self.ask(question(environ, body, bypass))
        except Unavailable as error:
            operation = '%s %s' % (environ['REQUEST_METHOD'], environ.get('PATH_INFO', ''))
            if self.when_unavailable == 'admit':
                LOG.warning('%s was admitted unchecked, because %s.', operation, error)
                return self.application(environ, start_response)
            LOG.warning('%s was refused, because %s.', operation, error)
            message = 'The request cannot be checked now; nothing was changed. Please try again.'
            body = {'serviceUnavailable': {'code': 503, 'message': message}}
            return respond(environ, start_response, 503, body, 10)
        if decision['decision'] != 'admit':
            return respond(environ, start_response, decision['status'], decision['body'], decision.get('retry_after'))
        start_response = with_warnings(start_response, decision.get('warnings') or ())
        if not decision.get('report_result'):
            return self.application(environ, start_response)
        return Answer(self.application, environ, start_response, lambda result: self.tell(decision, result))

    def tell(self, decision, result):
        """Reports a result. Without it, trove-ts does not know whether trove-api did what was admitted."""
        try:
            self.report(decision['decision_id'], result)
        except Unavailable as error:
            LOG.warning('The result of decision %s was not reported, because %s.', decision['decision_id'], error)


class Answer:
    """The answer of an application, unchanged. Reports its status and the id in its body once it has ended."""

    def __init__(self, application, environ, start_response, report):
        self.report = report
        self.status = None
        self.keeps = False
        self.kept = b''

        def start(status, headers, *more):
            self.status = int(status.split(' ', 1)[0])
            types = [value for name, value in headers if name.lower() == 'content-type']
            self.keeps = any('json' in value.lower() for value in types)
            return start_response(status, headers, *more)

        self.parts = application(environ, start)

    def __iter__(self):
        for part in self.parts:
            if self.keeps and len(self.kept) < ANSWER_BYTES_MAX:
                self.kept += part[:ANSWER_BYTES_MAX - len(self.kept)]
            yield part
        self.end()

    def close(self):
        try:
            if hasattr(self.parts, 'close'):
                self.parts.close()
        finally:
            self.end()

    def end(self):
        """Reports at the first call: servers call close() after the last part, and also if the client has gone."""
        report, self.report = self.report, None
        if report is not None and self.status is not None:
            report(dict(created_ids(self.kept), status=self.status))


def created_ids(content):
    """The ids of an instance and of a cluster in an answer; None for what is not there."""
    try:
        answer = json.loads(content.decode('utf-8'))
    except ValueError:
        answer = None
    ids = {}
    for key in ('instance', 'cluster'):
        made = answer.get(key) if isinstance(answer, dict) else None
        made_id = made.get('id') if isinstance(made, dict) else None
        ids[key + '_id'] = made_id if isinstance(made_id, str) and 0 < len(made_id) <= 36 else None
    return ids


def may_ask_for_hardware(environ):
    """True for every request that trove-ts has to see; it says itself which of them ask for hardware."""
    path = environ.get('PATH_INFO', '').lower()
    if 'instances' not in path and 'clusters' not in path:
        return False
    if environ['REQUEST_METHOD'].upper() in ('POST', 'PUT', 'PATCH'):
        return True
    # Trove lets the query replace the method, and a GET of .../edit can change an instance.
    return 'edit' in path or '_method' in environ.get('QUERY_STRING', '')


def read_body(environ):
    """Reads the body, and leaves the application one to read."""
    stream = environ['wsgi.input']
    length = environ.get('CONTENT_LENGTH')
    # The whole body, as Trove reads it, too: databases and users can be many.
    if length:
        body = stream.read(int(length))
    elif environ.get('HTTP_TRANSFER_ENCODING') or environ.get('wsgi.input_terminated'):
        body = stream.read()
    else:
        body = b''
    environ['wsgi.input'] = io.BytesIO(body)
    if body or length:
        environ['CONTENT_LENGTH'] = str(len(body))
    environ.pop('HTTP_TRANSFER_ENCODING', None)
    return body


def question(environ, body, bypass):
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
        'body_base64': base64.b64encode(body[:BODY_BYTES_MAX + 1]).decode('ascii'),
        # WSGI reads the bytes of a header as Latin-1.
        'bypass_reason': None if bypass is None else bypass.encode('latin-1').decode('utf-8', 'replace'),
        'identity': {
            'user_id': environ.get('HTTP_X_USER_ID', ''),
            'project_id': environ.get('HTTP_X_PROJECT_ID') or environ.get('HTTP_X_TENANT_ID', ''),
            'roles': [role for role in roles.split(',') if role],
        },
    }


def respond(environ, start_response, status, body, retry_after):
    content = json.dumps(body).encode('utf-8')
    headers = [('Content-Type', 'application/json'), ('Content-Length', str(len(content)))]
    # python-troveclient, which runs `openstack database`, ends at a Retry-After with an error of its own, and hides the
    # message (troveclient/apiclient/exceptions.py:417). It names itself or keystoneauth1.
    agent = environ.get('HTTP_USER_AGENT', '')
    if retry_after is not None and 'troveclient' not in agent and 'keystoneauth1' not in agent:
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
    """Returns functions that ask trove-ts at a URL and report to it, over connections that are kept open."""
    loading.register_session_conf_options(conf, GROUP)
    loading.register_auth_conf_options(conf, GROUP)
    auth = loading.load_auth_from_conf_options(conf, GROUP)
    session = loading.load_session_from_conf_options(conf, GROUP, auth=auth, timeout=deadline)
    client = adapter.Adapter(session, endpoint_override=url.rstrip('/'), user_agent='trovets_filter')

    def post(path, body, expected):
        try:
            path = '/v1.0/%s/decisions%s' % (session.get_project_id(), path)
            answer = client.post(path, json=body, raise_exc=False, connect_retries=0)
        except exceptions.ClientException as error:
            raise Unavailable('trove-ts could not be asked: %s' % error)
        if answer.status_code != expected:
            raise Unavailable('trove-ts answered %d: %s' % (answer.status_code, answer.text[:500]))
        return answer

    def ask(request):
        try:
            decision = post('', request, 200).json()
        except ValueError as error:
            raise Unavailable('trove-ts could not be asked: %s' % error)
        if decision.get('decision') not in ('admit', 'refuse'):
            raise Unavailable('trove-ts answered something else than a decision')
        return decision

    def report(decision_id, result):
        post('/%s/result' % quote(decision_id, safe=''), result, 204)

    return ask, report


def filter_factory(global_conf, url=None, deadline='2', when_unavailable='refuse', bypass_header=None, **unknown):
    """Makes the filter from its section in api-paste.ini."""
    if not url:
        raise ValueError('[filter:trovets] url is required: the address of trove-ts, such as http://192.0.2.7:8779')
    if when_unavailable not in ('refuse', 'admit'):
        raise ValueError("[filter:trovets] when_unavailable: use 'refuse' or 'admit', not %r" % when_unavailable)
    if unknown:
        raise ValueError('[filter:trovets] unknown keys: %s' % ', '.join(sorted(unknown)))
    ask, report = client_for(url, float(deadline), cfg.CONF)
    bypass_key = 'HTTP_' + bypass_header.upper().replace('-', '_') if bypass_header else None
    return lambda application: TrovetsFilter(application, ask, report, when_unavailable, bypass_key)
