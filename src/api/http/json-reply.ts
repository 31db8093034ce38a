import type { FastifyReply } from 'fastify'

/** Sends JSON with Trove's content type, which has no charset. An empty body has the same content type. */
export const sendJson = (reply: FastifyReply, status: number, body?: unknown): FastifyReply =>
  reply
    .status(status)
    .header('content-type', 'application/json')
    // Send bytes, because the framework would add a charset to text.
    .send(Buffer.from(body === undefined ? '' : JSON.stringify(body)))
