import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { gateBodyBytesMax } from '../../src/rules/gate/read-body.ts'

const filter = join(import.meta.dirname, '../../packaging/paste/trovets_filter.py')
const hasPython = spawnSync('python3', ['--version']).status === 0

/** Loads the filter without the modules that only trove-api has, and sends it one request. */
const script = `
import base64, importlib.util, io, json, logging, sys, types
sys.dont_write_bytecode = True
for name in ('keystoneauth1', 'oslo_config'):
    sys.modules[name] = types.ModuleType(name)
for name in ('adapter', 'exceptions', 'loading'):
    setattr(sys.modules['keystoneauth1'], name, None)
sys.modules['oslo_config'].cfg = None
spec = importlib.util.spec_from_file_location('trovets_filter', sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
case = json.load(sys.stdin)
asked, reported, passed, received, judged = [], [], [], [], []

def application(environ, start_response):
    passed.append(sorted(key for key in environ if key.startswith('HTTP_')))
    received.append([len(environ['wsgi.input'].read()), environ.get('CONTENT_LENGTH')])
    start_response(case['status'], [('Content-Type', case['type'])])
    return [part.encode() for part in case['parts']]

def ask(question):
    asked.append(question.get('bypass_reason'))
    judged.append(len(base64.b64decode(question['body_base64'])))
    return {'decision': 'admit', 'decision_id': 'dec-1', 'warnings': [], 'report_result': case['reports']}

def report(decision_id, result):
    reported.append([decision_id, result])
    if case.get('away'):
        raise module.Unavailable('trove-ts is away')

logging.disable(logging.CRITICAL)
application = module.TrovetsFilter(application, ask, report, 'refuse', 'HTTP_X_BYPASS')
environ = {'REQUEST_METHOD': case['method'], 'PATH_INFO': '/v1.0/p/instances', 'wsgi.input': io.BytesIO(b'x' * case['bytes'])}
if case['bytes'] > 0:
    environ['CONTENT_LENGTH' if case['framing'] == 'length' else 'HTTP_TRANSFER_ENCODING'] = str(case['bytes'])
environ['HTTP_X_BYPASS'] = 'gr\\u00f6\\u00dfe'.encode('utf-8').decode('latin-1')
answer = application(environ, lambda status, headers, *more: None)
body = b''.join(answer)
if hasattr(answer, 'close'):
    answer.close()
facts = {'max': module.BODY_BYTES_MAX, 'judged': judged, 'received': received, 'body': body.decode()}
print(json.dumps(dict(facts, asked=asked, reported=reported, passed=passed)))
`

const usual = { method: 'POST', status: '200 OK', type: 'application/json', parts: ['{"inst', 'ance": {"id": "i-1"}}'] }

function run(more: object = {}) {
  const made = JSON.stringify({ ...usual, bytes: 0, framing: 'length', reports: true, ...more })
  const { stdout, stderr } = spawnSync('python3', ['-c', script, filter], { encoding: 'utf8', input: made })
  assert.notEqual(stdout, '', stderr)
  return JSON.parse(stdout)
}

const options = { skip: !hasPython && 'this system has no Python' }

test('the filter reports status and id of what trove-api answers, once, and passes the answer on', options, () => {
  const { reported, body } = run()
  assert.deepEqual(reported, [['dec-1', { status: 200, instance_id: 'i-1', cluster_id: null }]])
  assert.equal(body, usual.parts.join(''))
})

test('an answer without an id is reported by its status, and a long one is passed on whole', options, () => {
  const none = { status: 202, instance_id: null, cluster_id: null }
  for (const more of [
    { parts: [] },
    { parts: ['not JSON'] },
    { type: 'text/plain' },
    { parts: ['{"instance": {"id": 7}}'] },
    { parts: Array(70).fill('x'.repeat(5000)) },
  ]) {
    const { reported, body } = run({ status: '202 Accepted', ...more })
    assert.deepEqual(reported, [['dec-1', none]])
    assert.equal(body, { ...usual, ...more }.parts.join(''))
  }
})

test('a failed report is not the client’s problem, and what needs none is not reported', options, () => {
  assert.equal(run({ away: true }).body, usual.parts.join(''))
  assert.deepEqual(run({ reports: false }).reported, [])
})

test('the bypass header becomes the reason in the question, and never reaches trove-api', options, () => {
  assert.deepEqual(run().asked, ['größe'])
  for (const method of ['POST', 'GET']) assert.deepEqual(run({ method }).passed, [[]])
})

test('trove-api gets a large body whole, and the question has enough of it to be refused as too large', options, () => {
  assert.equal(run().max, gateBodyBytesMax)
  for (const framing of ['length', 'chunked'])
    for (const bytes of [gateBodyBytesMax, gateBodyBytesMax + 1, 300_000]) {
      const { judged, received } = run({ framing, bytes })
      assert.deepEqual(judged, [Math.min(bytes, gateBodyBytesMax + 1)])
      assert.deepEqual(received, [[bytes, String(bytes)]])
    }
})

test('a method in small letters is asked about, too', options, () => {
  assert.equal(run({ method: 'post' }).asked.length, 1)
  assert.equal(run({ method: 'GET' }).asked.length, 0)
})
