import { writeFileSync } from 'node:fs'
import { pino } from 'pino'
import { buildServer, type ServerParts } from '../src/api/http/server.ts'
import { options } from '../src/config/options.ts'
import { type ApiDocument, clientTypesText } from './client-types.ts'

const documentFile = new URL('./trove.json', import.meta.url)
const clientTypesFile = new URL('../src/client/operations.ts', import.meta.url)

/** The API document, made from the route table. */
export async function generateOpenApi(): Promise<object> {
  // Nothing is asked of these parts: the server is built for its routes' shapes and never serves a request.
  const parts = { logger: pino({ level: 'silent' }) } as unknown as ServerParts
  const app = await buildServer(parts, {
    region: options.region.fallback,
    serviceType: options.serviceType.fallback,
    trustsProxy: () => false,
    rates: undefined,
    requestTimeoutMs: 1000,
    bodyBytesMax: Number(options.bodyBytesMax.fallback),
    headerBytesMax: Number(options.headerBytesMax.fallback),
    urlLengthMax: Number(options.urlLengthMax.fallback),
  })
  await app.ready()
  return app.swagger()
}

if (import.meta.main) {
  const document = await generateOpenApi()
  writeFileSync(documentFile, `${JSON.stringify(document, null, 2)}\n`)
  writeFileSync(clientTypesFile, clientTypesText(document as ApiDocument))
}
