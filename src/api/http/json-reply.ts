import type { FastifyReply } from 'fastify'

/** Writes a body as JSON; without one, it is empty. */
export const jsonBytes = (body?: unknown): Buffer => Buffer.from(body === undefined ? '' : JSON.stringify(body))

/**
 * Sends JSON with Trove's content type, which has no charset. An empty body has the same content type. It is sent as bytes,
 * because the framework would add a charset to text. Does nothing if the request has been answered: its deadline passed.
 */
export const sendBytes = (reply: FastifyReply, status: number, bytes: Buffer): FastifyReply =>
  reply.sent ? reply : reply.status(status).header('content-type', 'application/json').send(bytes)

export const sendJson = (reply: FastifyReply, status: number, body?: unknown): FastifyReply =>
  sendBytes(reply, status, jsonBytes(body))
