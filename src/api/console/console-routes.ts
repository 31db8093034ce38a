/**
 * This folder serves the console below `/console/`: its page for every path, and its files, which are built from `console/`.
 * With a Keystone, it also passes on the console's login, since Keystone sends no headers that would let a page of another
 * origin ask it. What the console shows comes from the API, like for any other client.
 */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ConsoleFile, KeystoneCalls, LoadConsole } from '../../ports/console.ts'
import { catalogueBytesMax } from '../datastore-catalogue/schemas.ts'
import type { TrustsProxy } from '../http/request-address.ts'
import { type ConsoleFacts, consolePage } from './console-page.ts'
import { addKeystoneCalls } from './keystone-call-routes.ts'

export type Console = Readonly<{
  load: LoadConsole
  /** Undefined if this process is its own identity service. */
  keystone: KeystoneCalls | undefined
}>

const hidden = { schema: { hide: true } }

export function addConsole(
  app: FastifyInstance,
  { load, keystone }: Console,
  {
    isGate,
    defaultDatastore,
    volumeGbMax,
    trustsProxy,
  }: Pick<ConsoleFacts, 'isGate' | 'defaultDatastore' | 'volumeGbMax'> & { trustsProxy: TrustsProxy },
): void {
  const facts: ConsoleFacts = {
    identityUrl: keystone ? 'identity/v3' : '../identity/v3',
    hasDomains: keystone !== undefined,
    isGate,
    volumeGbMax,
    defaultDatastore,
    catalogueBytesMax,
  }
  app.route({
    method: ['GET', 'HEAD'],
    url: '/console',
    ...hidden,
    handler: async (_request, reply) => secured(reply).status(302).header('location', 'console/').send(),
  })
  app.route({
    method: ['GET', 'HEAD'],
    url: '/console/*',
    ...hidden,
    handler: async (request, reply) => {
      const path = pathBelow(request)
      const built = await load()
      if (path.startsWith('assets/')) return sendFile(request, secured(reply), built.files.get(path))
      return secured(reply)
        .header('cache-control', 'no-cache')
        .type('text/html; charset=utf-8')
        .send(consolePage(built, path, facts))
    },
  })
  addKeystoneCalls(app, keystone, trustsProxy)
}

/** The path below `/console/`, with a proxy's prefix removed by the proxy, and as the browser counts its parts. */
const pathBelow = ({ url }: FastifyRequest) => url.replace(/[?#].*$/s, '').replace(/^\/console\//, '')

function sendFile(request: FastifyRequest, reply: FastifyReply, file: ConsoleFile | undefined): FastifyReply {
  if (!file)
    return reply
      .status(404)
      .header('cache-control', 'no-cache')
      .type('text/plain; charset=utf-8')
      .send('This file is not part of this version of the console. Reload the page.\n')
  // The names of the files change with their contents.
  reply.header('cache-control', 'public, max-age=31536000, immutable').header('vary', 'accept-encoding').type(file.type)
  if (!/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) return reply.send(file.bytes)
  return reply.header('content-encoding', 'gzip').send(file.gzipped)
}

const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ')

/** Lets the page load, ask and be framed by nothing of another origin, and tells other origins nothing about it. */
const secured = (reply: FastifyReply): FastifyReply =>
  reply
    .header('content-security-policy', contentPolicy)
    .header('x-content-type-options', 'nosniff')
    .header('x-frame-options', 'DENY')
    .header('referrer-policy', 'no-referrer')
    .header('cross-origin-opener-policy', 'same-origin')
    .header('cross-origin-resource-policy', 'same-origin')
    .header('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()')
