import { operationFor } from './operations.ts'
import type { Request } from './request.ts'
import type { Answer } from './wire.ts'

/** What is wrong with an answer, in words; nothing when it is as it should be. */
export function complaints(
  answer: Answer,
  request: Request | undefined,
  { isHead, deadlineMs }: { isHead: boolean; deadlineMs: number },
): string[] {
  const { status, headers, body, ms } = answer
  const wrong: string[] = []
  if (ms > deadlineMs) wrong.push(`it took ${Math.round(ms)} ms, longer than the deadline of ${deadlineMs} ms`)
  if (!/^req-[\da-f-]{36}$/.test(headers.get('x-openstack-request-id') ?? '')) wrong.push('it has no request id')
  if (status >= 500 && status !== 501 && status !== 503) wrong.push(`the status ${status} is a fault`)
  if (status === 503 && !headers.has('retry-after')) wrong.push('503 without Retry-After')
  if (isHead) return wrong
  if (status >= 400) wrong.push(...errorComplaints(answer))
  else if (request) wrong.push(...goodComplaints(answer, request))
  if (/\bat .{0,200}(?:\.[jt]s:\d+|node:)|node_modules/.test(body)) wrong.push('the answer shows a stack')
  return wrong
}

/** One object under one key, with the status and a sentence. */
function errorComplaints({ status, headers, body }: Answer): string[] {
  if (headers.get('content-type')?.startsWith('application/json') !== true)
    return [`an error of type ${headers.get('content-type')}`]
  const json = parsed(body)
  const [[, error] = [], ...more] = typeof json === 'object' && json !== null ? Object.entries(json) : []
  if (error === undefined || more.length > 0) return ['an error is one object under one key']
  const { code, message } = error as { code?: unknown; message?: unknown }
  return [
    ...(code === status ? [] : [`the code in the body is ${code}, and the status ${status}`]),
    ...(typeof message === 'string' && message !== '' ? [] : ['an error without a message']),
  ]
}

/** A good answer is one that the document names, and JSON or nothing. */
function goodComplaints({ status, body }: Answer, { method, target }: Request): string[] {
  const operation = operationFor(method, target)
  if (!operation || method === 'OPTIONS') return []
  if (!operation.good.includes(status)) return [`the status ${status} is not in the document for ${operation.id}`]
  return body !== '' && parsed(body) === undefined ? ['a good answer that is no JSON'] : []
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether a refusal came after it was known who asks: everything but the 401 for want of a good token. */
export const isPastAuthentication = ({ status, body }: Answer): boolean =>
  status >= 400 && !(status === 401 && body.startsWith('{"error"')) && ![408, 414, 431].includes(status)
