import type { Breaker } from './broken-values.ts'
import { type Operation, operations } from './operations.ts'
import type { Random } from './random.ts'
import type { Draft } from './recipes.ts'
import type { Request } from './request.ts'
import { type Person, projectOf, type Service } from './trove-process.ts'

/** A request in parts, while it is being made. */
type Parts = {
  method: string
  project: string
  steps: string[]
  query: string
  token: string | undefined
  headers: [string, string][]
  body: Buffer | undefined
  target?: string
}

export type Tools = Readonly<{ service: Service; breaker: Breaker; random: Random }>

const plain = /^[\w.~!$&'()*+,;=:@-]$/

/** As bytes, so that half a character can be sent as well. */
export const encoded = (text: string): string =>
  [...text].map(sign => (plain.test(sign) ? sign : bytesOfSign(sign).map(hex).join(''))).join('')
const hex = (byte: number) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`

function bytesOfSign(sign: string): number[] {
  const code = sign.codePointAt(0)!
  // What UTF-8 would have for half a character if it had one.
  if (code >= 0xd800 && code <= 0xdfff) return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)]
  return [...Buffer.from(sign)]
}

const stepsOf = ({ steps }: Operation, params: Readonly<Record<string, string>>) =>
  steps.map(step => (step.startsWith(':') ? encoded(params[step.slice(1)] ?? '') : step))

function partsOf(
  { operation, person, params, query = '', body }: Draft,
  { service }: { service: Pick<Service, 'tokens'> },
): Parts {
  return {
    method: operation.method,
    project: projectOf(person),
    steps: stepsOf(operation, params),
    query,
    token: service.tokens[person],
    headers: body === undefined ? [] : [['Content-Type', 'application/json']],
    body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
  }
}

function requestOf({ method, project, steps, query, token, headers, body, target }: Parts): Request {
  const path = `/v1.0/${project}/${steps.join('/')}${query === '' ? '' : `?${query}`}`
  const auth: [string, string][] = token === undefined ? [] : [['X-Auth-Token', token]]
  return { method, target: target ?? path, headers: [['Host', 'fuzz'], ...auth, ...headers], body }
}

/** The request that a draft stands for. */
export const composed = (draft: Draft, tools: { service: Pick<Service, 'tokens'> }): Request =>
  requestOf(partsOf(draft, tools))

const people: readonly Person[] = ['admin', 'member', 'reader', 'roleless', 'stranger']
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY', 'LINK']

type Break = (parts: Parts, draft: Draft, tools: Tools) => void

const otherProject: Break = (parts, _, { random, breaker }) => {
  parts.project = random.chance(0.7) ? projectOf(random.pick(people)) : encoded(breaker.text(random))
}

const otherToken: Break = (parts, _, { random, service, breaker }) => {
  const token = parts.token ?? ''
  parts.token = random.pick([
    undefined,
    '',
    'garbage',
    service.expiredToken,
    token.slice(0, -1),
    `${token}x`,
    `${token}, ${token}`,
    token.toUpperCase(),
    'x'.repeat(5000),
    encoded(breaker.text(random)).slice(0, 3000),
  ])
}

const otherPerson: Break = (parts, _, { random, service }) => {
  const person = random.pick(people)
  parts.token = service.tokens[person]
  if (random.chance(0.8)) parts.project = projectOf(person)
}

const brokenParam: Break = (parts, { operation, params }, { random, breaker }) => {
  if (operation.params.length === 0) return otherProject(parts, { operation } as Draft, { random, breaker } as Tools)
  const name = random.pick(operation.params)
  const text = random.chance(0.25) ? changedCase(params[name] ?? '', random) : breaker.text(random)
  parts.steps = stepsOf(operation, { ...params, [name]: text })
}

const changedCase = (text: string, random: Random) =>
  random.pick([text.toUpperCase(), `${text}x`, text.slice(1), text.replaceAll('-', ''), ` ${text}`, `${text}%`])

const brokenQuery: Break = (parts, { operation }, { random, breaker }) => {
  const name = random.chance(0.8)
    ? random.pick([...operation.query, 'limit', 'marker', 'deleted', 'include_clustered', 'project_id', 'verdicts'])
    : encoded(breaker.text(random))
  const said = `${name}${random.chance(0.9) ? '=' : ''}${encoded(breaker.text(random))}`
  const again = random.chance(0.3) ? `&${name}=${encoded(breaker.text(random))}` : ''
  parts.query = [parts.query, `${said}${again}`].filter(each => each !== '').join('&')
}

const brokenBody: Break = (parts, { body }, { random, breaker }) => {
  parts.body = breaker.body(body ?? {}, random)
  if (parts.headers.length === 0) parts.headers.push(['Content-Type', 'application/json'])
}

const mediaTypes = [
  '',
  'application',
  'text/plain',
  'a/b/c',
  ';',
  'application/xml',
  'application/json; charset=utf-16',
  'application/json, text/plain',
  'APPLICATION/JSON',
  'multipart/form-data; boundary=x',
  '\xe9',
  'application/json; charset="',
]
const lines: readonly [string, string][] = [
  ['Host', 'other'],
  ['Host', ''],
  ['Content-Encoding', 'gzip'],
  ['Transfer-Encoding', 'identity'],
  ['Expect', '200-ok'],
  ['Accept', 'application/vnd.openstack.trove+json;version=9.9'],
  ['Accept', 'x'.repeat(3000)],
  ['Connection', 'Upgrade'],
  ['Upgrade', 'h2c'],
  ['X-Service-Token', 'x'],
  ['X-Subject-Token', '\xff'],
  ['Forwarded', 'for="'.repeat(300)],
  ['X-Forwarded-For', '1.2.3.4, x'],
  ['X-Forwarded-Prefix', '/../..'],
  ['Content-Type', 'text/html'],
  ['Range', 'bytes=0-'],
  ['If-None-Match', '*'],
  ['Cookie', 'a=b'],
  ['X-HTTP-Method-Override', 'DELETE'],
  ['Content-Length', '3'],
  ['Content-Length', 'x'],
  ['Authorization', 'Basic eDp4'],
  ['__proto__', 'x'],
  ['constructor', 'x'],
  ['X-Roles', 'admin'],
  ['X-Big', 'y'.repeat(20_000)],
]

const brokenHeaders: Break = (parts, _, { random }) => {
  if (parts.body && random.chance(0.5)) parts.headers = [['Content-Type', random.pick(mediaTypes)]]
  else parts.headers.push(random.pick(lines))
}

const otherMethod: Break = (parts, _, { random }) => {
  parts.method = random.pick(methods)
}

const otherTarget: Break = (parts, draft, tools) => {
  const path = requestOf(parts).target
  parts.target = tools.random.pick([
    `http://fuzz${path}`,
    `https://u:p@[::1]${path}`,
    `http:/${path}`,
    path.replace('/v1.0', '/v1%2E0'),
    path.replace('/v1.0', '/V1.0'),
    path.replace('/v1.0', ''),
    `${path}/`,
    `${path}.json`,
    `/${path}`,
    `${path}#x`,
    `${path}?${'x'.repeat(5000)}`,
    path.replaceAll('/', '//'),
    '*',
    draft.operation.steps.join('/'),
  ])
}

const breaks: readonly (readonly [weight: number, Break])[] = [
  [16, otherProject],
  [7, otherToken],
  [10, otherPerson],
  [22, brokenParam],
  [10, brokenQuery],
  [8, brokenHeaders],
  [4, otherMethod],
  [4, otherTarget],
]

function weighed(choices: readonly (readonly [weight: number, Break])[], random: Random): Break {
  let left = random.next() * choices.reduce((sum, [weight]) => sum + weight, 0)
  for (const [weight, choice] of choices) {
    left -= weight
    if (left < 0) return choice
  }
  return choices[0]![1]
}

/** A request with one or two things in it that do not belong there. */
export function broken(draft: Draft, tools: Tools): Request {
  const { random } = tools
  const parts = partsOf(draft, tools)
  for (let left = random.chance(0.2) ? 2 : 1; left > 0; left--) {
    const own = draft.operation.body ? [...breaks, [60, brokenBody] as const] : breaks
    const chosen = weighed(own, random)
    chosen(parts, draft, tools)
  }
  return requestOf(parts)
}

/** Requests to what the document leaves out: the list of versions, health, metrics, the identity, what is not offered. */
export function outside({ service, breaker, random }: Tools): Request {
  const { tokens } = service
  const login = { auth: { identity: { methods: ['password'], password: { user: { name: 'nobody', password: 'x' } } } } }
  const json: [string, string] = ['Content-Type', 'application/json']
  const token: [string, string] = ['X-Auth-Token', random.pick([tokens.member, tokens.admin, 'garbage', ''])]
  const subject: [string, string] = ['X-Subject-Token', random.pick([tokens.member, 'garbage', '\xff'])]
  const member = `/v1.0/${projectOf('member')}`
  const choices: readonly Request[] = [
    { method: random.pick(methods), target: '/', headers: [token] },
    {
      method: 'GET',
      target: random.pick(['/healthcheck', '/metrics', '/openapi.json', '/identity', '/identity/v3']),
      headers: [],
    },
    { method: random.pick(methods), target: `/${encoded(breaker.text(random))}`, headers: [token] },
    { method: 'GET', target: `/identity/v3/${encoded(breaker.text(random))}`, headers: [token] },
    { method: random.pick(['GET', 'HEAD']), target: '/identity/v3/auth/tokens', headers: [token, subject] },
    {
      method: 'GET',
      target: random.pick(['/identity/v3/auth/projects', '/identity/v3/auth/catalog']),
      headers: [token],
    },
    {
      method: 'POST',
      target: '/identity/v3/auth/tokens',
      headers: [json],
      body: breaker.body(withoutMethods(login, random), random),
    },
    { method: random.pick(methods), target: `${member}/backups`, headers: [token] },
    {
      method: random.pick(methods),
      target: `${member}/instances/${encoded(breaker.text(random))}/backups`,
      headers: [token],
    },
    { method: random.pick(methods), target: member, headers: [token] },
  ]
  const chosen = random.pick(choices)
  return { ...chosen, headers: [['Host', 'fuzz'], ...chosen.headers] }
}

/** A login that gets as far as a password takes as long as a password should; those are few. */
const withoutMethods = (login: object, random: Random) =>
  random.chance(0.02) ? login : { auth: { identity: { methods: [] } } }

export const allIds: readonly string[] = operations.map(({ id }) => id)
