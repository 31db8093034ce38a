import fc from 'fast-check'
import { anyWorld, everydayRoutes, oddRoutes, type Route, type World } from './gate-bodies.ts'

/** Generates requests that give hardware, as clients send them and in every odd form. */

/** A request as `trove-reading.py` reads it. */
export type GeneratedRequest = Readonly<{
  method: string
  path: string
  query: string
  headers: Readonly<Record<string, string>>
  /** In base64. */
  body: string
  server: 'eventlet' | 'other'
}>

const one = fc.constantFrom

/** Changes a text at the place that a number between 0 and 1 selects. */
type Change = (text: string, place: number) => string

const atSlash =
  (change: (before: string, after: string) => string): Change =>
  (path, place) => {
    const slashes = [...path.matchAll(/\//g)].map(({ index }) => index)
    const at = slashes[Math.floor(place * slashes.length)]!
    return change(path.slice(0, at), path.slice(at + 1))
  }

const atLetter =
  (change: (letter: string) => string): Change =>
  (path, place) => {
    const at = Math.floor(place * path.length)
    return `${path.slice(0, at)}${change(path[at]!)}${path.slice(at + 1)}`
  }

const hex = (letter: string) => letter.charCodeAt(0).toString(16).padStart(2, '0')

const pathChanges = ({ project, instance }: World): readonly Change[] => [
  ...['//', '%2F', '%2f', '/./', '/%2e/', '/x/../', '\\', '%5C', '/;x/', '/%20', '%0A/', '/%09'].map(instead =>
    atSlash((before, after) => `${before}${instead}${after}`),
  ),
  ...[
    '/',
    '//',
    '.json',
    '.xml',
    '.',
    '/.',
    '%0A',
    '%0D',
    '%0D%0A',
    '%20',
    '%00',
    ';x',
    '%3Bx',
    '#x',
    '%23x',
    '%3Fx',
    '%2F',
  ].map(
    (end): Change =>
      path =>
        path + end,
  ),
  ...['/edit', '/new', '/action', '/action.json', '/edit.json', '.json%0A', '/..', '%85', '%A0'].map(
    (end): Change =>
      path =>
        path + end,
  ),
  atLetter(letter => `%${hex(letter)}`),
  atLetter(letter => `%25${hex(letter)}`),
  atLetter(letter => letter.toUpperCase()),
  path => path.replace(/(?<=\/)instances|clusters/, part => part.replace('s', '%C5%BF')),
  path => path.replace('instances', '%69nstance%73'),
  path => path.replace('instances', '%u0069nstances'),
  path => path.replace('/v1.0', ''),
  path => path.replace('/v1.0', '/v1.0/v1.0'),
  path => path.replace('/v1.0', '/v2.0'),
  path => path.replace(`/${project}/`, `/${project}@b/`),
  path => path.replace(`/${project}/`, '/%FC/'),
  path => path.replace(instance, 'i.j'),
  path => path.replace(`/${project}/`, `/${project}/mgmt/`),
  path => path.replace('/mgmt', ''),
  path => `http://h${path}`,
  path => `/database${path}`,
  path => path.slice(1),
]

const textChanges: readonly Change[] = [
  ...['7.0', '7e0', '70e-1', 'NaN', '-Infinity', '-0', '12345678901234567890', '07', 'true', '"7"'].map(
    (number): Change =>
      text =>
        text.replace(/("flavorRef":)(\d)(?=[,}])/, (_, key, digit) => key + number.replace('7', digit)),
  ),
  text => text.replace(/"(flavorRef|datastore_version|volume|replica_of)":/, '"$1":"1","$1":'),
  text => text.replace(/"(flavorRef|instance|resize)":/, '"$1":{"flavorRef":"1"},"$1":'),
  text => text.replace(/}$/, ',"resize":{"flavorRef":"9"}}'),
  text => text.replace(/}$/, ',"instance":{"name":"x","flavorRef":"9"}}'),
  text => text.replace('flavorRef', 'fl\\u0061vorRef'),
  text => text.replace('flavorRef', 'FlavorRef'),
  text => text.replace('flavorRef', '\ufb02avorRef'),
  text => text.replace(/("(?:flavorRef|volume|datastore|datastore_version|replica_of)":)(?:"[^"]*"|\d+)/, '$1null'),
  text => text.replace('"db"', '"\\ud800"'),
  text => text.replace('"db"', '"\\ud83d\\ude00"'),
  text => text.replace('"db"', '"a\tb"'),
  text => text.replace(/}}$/, `,"deep":${'['.repeat(40)}${']'.repeat(40)}}}`),
  text => text.replace(/}}$/, ',"unknown":1.5}}'),
  text => text.replaceAll(/[:,]/g, sign => ` \n${sign}\t\r `),
  text => `\u00a0${text}`,
  text => `${text}\u0000`,
  text => `${text} {}`,
  (text, place) => text.slice(0, Math.floor(place * text.length)),
  text => `[${text}]`,
  text => JSON.stringify(text),
]

const encodings: readonly ((text: string) => Buffer)[] = [
  text => Buffer.from(`\ufeff${text}`),
  text => Buffer.from(text, 'utf16le'),
  text => Buffer.from(`\ufeff${text}`, 'utf16le'),
  text => Buffer.from(text.replace('"db"', '"d\u00fc"'), 'latin1'),
]

const contentTypes = [
  ...['Application/JSON', 'application/json; charset=utf-8', 'application/json;charset=utf-16', 'application/json;x'],
  ...[' application/json', 'application/json, text/plain', 'text/plain', 'application/xml', '', 'text/json'],
  ...['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'],
]
/** Stands for the method that the route takes: the request line then has another one. */
const ownMethod = '{method}'
const queries = [
  ...[`_method=${ownMethod}`, `a=%20&_method=${ownMethod}`],
  '_method=POST',
  '_method=PATCH',
  '_method=put',
  'a=1&_method=GET',
  '%5Fmethod=POST',
  'limit=1',
  '_method=',
]
const acceptVersion = 'application/vnd.openstack.trove+json;version=1.0'

/** How many of a hundred requests are changed in one respect. */
const seldom = <T>(unchanged: T, changed: fc.Arbitrary<T>, percent = 8): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: fc.constant(unchanged), weight: 100 - percent }, { arbitrary: changed, weight: percent })

const same: Change = text => text
const place = fc.nat(9999).map(each => each / 10_000)

const changes = (world: World) =>
  fc.record({
    path: fc.array(fc.tuple(seldom(same, one(...pathChanges(world)), 9), place), { minLength: 1, maxLength: 2 }),
    text: seldom(same, one(...textChanges), 12),
    place,
    method: seldom(undefined, one<string | undefined>('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'post')),
    query: seldom('', one(...queries), 6),
    encode: seldom<(text: string) => Buffer>(text => Buffer.from(text), one(...encodings), 3),
    contentType: seldom<string | undefined>('application/json', one(undefined, ...contentTypes), 6),
    further: seldom<Record<string, string>>(
      {},
      one<Record<string, string>>(
        { Accept: acceptVersion },
        { 'Content-Encoding': 'gzip' },
        { 'X-HTTP-Method-Override': 'POST' },
        { 'X-HTTP-Method': 'GET' },
        { 'X-Original-URL': '/v1.0/p/instances' },
      ),
      6,
    ),
    server: one<'eventlet' | 'other'>('eventlet', 'other'),
  })

const changed =
  (world: World) =>
  ({ method, path, bodies }: Route) =>
    fc.tuple(bodies, changes(world)).map(([body, change]): GeneratedRequest => {
      const type: Record<string, string> =
        change.contentType === undefined ? {} : { 'Content-Type': change.contentType }
      return {
        method: change.method ?? (change.query.includes(ownMethod) ? 'GET' : method),
        path: change.path.reduce((text, [step, where]) => step(text, where), path),
        query: change.query.replace(ownMethod, method),
        headers: { ...type, ...change.further },
        body: change.encode(change.text(JSON.stringify(body), change.place)).toString('base64'),
        server: change.server,
      }
    })

const unchanged = ({ method, path, bodies }: Route) =>
  bodies.map((body): GeneratedRequest => {
    const headers = { 'Content-Type': 'application/json' }
    return { method, path, query: '', headers, body: btoa(JSON.stringify(body)), server: 'eventlet' }
  })

const anyOf = (arbitraries: readonly fc.Arbitrary<GeneratedRequest>[]) => fc.oneof(...arbitraries)

/** The same requests for the same seed. */
export const oddRequests = (seed: number, count: number, world = anyWorld): readonly GeneratedRequest[] =>
  fc.sample(anyOf(oddRoutes(world).map(changed(world))), { seed, numRuns: count })

/** Requests as clients send them; the same for the same seed. */
export const everydayRequests = (seed: number, count: number, world = anyWorld): readonly GeneratedRequest[] =>
  fc.sample(anyOf(everydayRoutes(world).map(unchanged)), { seed, numRuns: count })
