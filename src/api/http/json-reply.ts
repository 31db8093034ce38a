import type { FastifyReply } from 'fastify'

/** Sends JSON as Trove labels it, without a charset; an answer without a body is labelled the same. */
export const sendJson = (reply: FastifyReply, status: number, body?: unknown): FastifyReply =>
  reply
    .status(status)
    .header('content-type', 'application/json')
    // As bytes: the framework would add a charset to text.
    .send(Buffer.from(body === undefined ? '' : JSON.stringify(body)))
