import { request } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { schemaComplaints } from './answer-schema.ts'
import type { Step } from './load-stories.ts'
import { mismatches, textMatches } from './match.ts'
import type { StoryWorld } from './story-world.ts'

type Answer = Readonly<{ status: number; headers: Readonly<Record<string, unknown>>; text: string }>

/** Makes the request of a step and checks the response. Throws an Error that shows both. */
export async function runStep(step: Step, { world, variables }: StoryWorld): Promise<void> {
  const knownVariables = new Map(variables)
  if (step.as !== 'nobody') knownVariables.set('PROJECT', world.projectOf(step.as))
  const path = fillIn(step.path, knownVariables)
  const headers = await headersOf(step, world, knownVariables)
  const body = bodyOf(step, knownVariables)
  const lastTryAtMs = performance.now() + step.within * 1000
  for (let time = 1; time <= step.times; time++) {
    const answer = await exchange(world.url, { method: step.method, path, headers, body })
    const wrong = [
      ...complaints(step, answer, knownVariables),
      ...schemaComplaints({ ...answer, method: step.method, path }),
    ]
    if (wrong.length > 0 && performance.now() < lastTryAtMs) {
      await setTimeout(100)
      time--
      continue
    }
    if (wrong.length > 0) {
      const shownRequest = `${step.method} ${path}${body ? `\n${body.toString('utf8', 0, 500)}` : ''}`
      const shownResponse = `${answer.status} ${answer.text.slice(0, 3000)}`
      throw new Error(`${wrong.join('\n')}\n\nrequest:  ${shownRequest}\nresponse: ${shownResponse}`)
    }
    for (const [name, place] of Object.entries(step.save)) variables.set(name, lookUp(answer, place))
  }
}

async function headersOf(step: Step, world: StoryWorld['world'], knownVariables: Map<string, string>) {
  const own = Object.fromEntries(
    Object.entries(step.headers).map(([name, value]) => [name, fillIn(value, knownVariables)]),
  )
  const names = Object.keys(own).map(name => name.toLowerCase())
  if (step.as !== 'nobody' && !names.includes('x-auth-token')) own['X-Auth-Token'] = await tokenOf(world, step.as)
  if (step.body !== undefined && !names.includes('content-type')) own['Content-Type'] = 'application/json'
  return own
}

const tokens = new WeakMap<object, Map<string, Promise<string>>>()

/** Logs each person in only once, because logging in is slow on purpose. */
function tokenOf(world: StoryWorld['world'], person: string): Promise<string> {
  const own = tokens.get(world) ?? new Map<string, Promise<string>>()
  tokens.set(world, own)
  const token = own.get(person) ?? world.tokenOf(person)
  own.set(person, token)
  return token
}

function bodyOf(step: Step, knownVariables: Map<string, string>): Buffer | undefined {
  if (step.bytes !== undefined) return Buffer.from(step.bytes.replaceAll(' ', ''), 'hex')
  if (step.fill !== undefined) return Buffer.alloc(step.fill, step.raw ?? ' ')
  if (step.raw !== undefined) return Buffer.from(fillIn(step.raw, knownVariables))
  return step.body === undefined ? undefined : Buffer.from(fillIn(JSON.stringify(step.body), knownVariables))
}

function complaints(step: Step, answer: Answer, knownVariables: Map<string, string>): string[] {
  const wrong: string[] = []
  if (answer.status !== step.status) wrong.push(`the status is ${answer.status}, but ${step.status} was expected`)
  for (const [name, expected] of Object.entries(step.answer_headers))
    wrong.push(
      ...mismatches(answer.headers[name.toLowerCase()], fillInAll(expected, knownVariables), false, `header ${name}`),
    )
  if (step.text !== undefined && !textMatches(answer.text, fillIn(step.text, knownVariables)))
    wrong.push(`the body is not ${step.text}`)
  const json = parseJson(answer.text)
  if (answer.status >= 400 && json !== undefined)
    wrong.push(...errorComplaints(step, answer.status, json, knownVariables))
  else if (step.message !== undefined || step.error !== undefined)
    wrong.push('an error was expected, but there is none')
  if (step.answer !== undefined) wrong.push(...mismatches(json, fillInAll(step.answer, knownVariables)))
  if (step.exactly !== undefined) wrong.push(...mismatches(json, fillInAll(step.exactly, knownVariables), true))
  return wrong
}

/** Every error must be one object under one key, with the status and a sentence that reveals no internals. */
function errorComplaints(step: Step, status: number, json: unknown, knownVariables: Map<string, string>): string[] {
  const [[name, error] = [], ...more] = Object.entries(json as Record<string, { code?: unknown; message?: unknown }>)
  if (name === undefined || more.length > 0) return ['an error must be one object under one key']
  const wrong = mismatches(error?.code, status, false, 'the code in the body')
  if (typeof error?.message !== 'string' || /\bat .*\.[jt]s:\d+|node_modules|undefined|\[object/.test(error.message))
    wrong.push('the message reveals internals, or is not a text')
  if (step.error !== undefined && name !== step.error) wrong.push(`the key of the error is ${name}, not ${step.error}`)
  if (step.message !== undefined)
    wrong.push(...mismatches(error?.message, fillIn(step.message, knownVariables), false, 'the message'))
  return wrong
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Returns the value at a place: `flavors.0.id` in the response, or `header x-subject-token`. */
function lookUp(answer: Answer, place: string): string {
  const header = /^header (.+)$/.exec(place)?.[1]
  const value = header
    ? answer.headers[header]
    : place
        .split('.')
        .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], parseJson(answer.text))
  if (value === undefined) throw new Error(`there is nothing at '${place}' in ${answer.text.slice(0, 3000)}`)
  return String(value)
}

function fillIn(text: string, knownVariables: Map<string, string>): string {
  return text.replaceAll(/\$([A-Z][A-Z0-9_]*)/g, (_, name: string) => {
    const value = knownVariables.get(name)
    if (value === undefined)
      throw new Error(`$${name} is not knownVariables; there are ${[...knownVariables.keys()].join(', ')}`)
    return value
  })
}

function fillInAll(value: unknown, knownVariables: Map<string, string>): unknown {
  if (typeof value === 'string') return fillIn(value, knownVariables)
  if (Array.isArray(value)) return value.map(each => fillInAll(each, knownVariables))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [fillIn(key, knownVariables), fillInAll(each, knownVariables)]),
  )
}

const answerWithinMs = 30_000

/** Sends exactly the given request: adds only the headers Host and Content-Length, and does not change the path. */
function exchange(
  url: string,
  {
    method,
    path,
    headers,
    body,
  }: { method: string; path: string; headers: Record<string, string>; body?: Buffer | undefined },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const length = body ? { 'content-length': body.length } : {}
    const sent = request(
      { hostname, port, method, path, headers: { ...headers, ...length }, agent: false },
      async reply => {
        const chunks: Buffer[] = []
        for await (const chunk of reply) chunks.push(chunk)
        resolve({ status: reply.statusCode!, headers: reply.headers, text: Buffer.concat(chunks).toString() })
      },
    )
    // A server that responds before it has read the whole request may close the connection.
    sent.on('error', reject)
    sent.setTimeout(answerWithinMs, () => sent.destroy(new Error(`no response within ${answerWithinMs / 1000} s`)))
    sent.end(body)
  })
}
