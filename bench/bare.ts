/**
 * A bare `node:http` server that gives fixed answers, beside which ours is measured: `node bench/bare.ts ANSWERS.json`. The
 * file has the status, headers and body of each request: `GET /path` → answer.
 */

import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Answers = Readonly<
  Record<string, { status: number; headers: Readonly<Record<string, string>>; body: string }>
>

const answers = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as Answers
const prepared = new Map(
  Object.entries(answers).map(([asked, { status, headers, body }]) => {
    const bytes = Buffer.from(body)
    return [asked, { status, headers: { ...headers, 'content-length': bytes.length }, bytes }] as const
  }),
)

const server = createServer((request, response) => {
  const answer = prepared.get(`${request.method} ${request.url}`)
  if (!answer) return response.writeHead(404).end()
  const send = () => response.writeHead(answer.status, answer.headers).end(answer.bytes)
  if (request.method === 'GET') return send()
  const chunks: Buffer[] = []
  request.on('data', chunk => chunks.push(chunk))
  request.on('end', send)
})
server.listen(0, '127.0.0.1', () => console.log(`ready at http://127.0.0.1:${(server.address() as AddressInfo).port}`))
