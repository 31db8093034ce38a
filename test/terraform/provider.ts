import { createServer, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'

/**
 * Stands in for Terraform's OpenStack provider, which no package registry of ours has: it has the schema of
 * `openstack_db_instance_v1` and plans its changes, so that a real Terraform makes real plans. It creates nothing. It speaks
 * the protocol of plugins, version 5, to a Terraform that is told where it is with TF_REATTACH_PROVIDERS.
 */
export type Provider = Readonly<{ reattach: string; stop(): void }>

const address = 'registry.terraform.io/terraform-provider-openstack/openstack'
const type = 'openstack_db_instance_v1'

// ---- protocol buffers: as much as the answers need

const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)])
const bytesField = (tag: number, value: Buffer | string): Buffer => {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([...varint(tag * 8 + 2), ...varint(bytes.length)]), bytes])
}
const numberField = (tag: number, value: number) => Buffer.from([...varint(tag * 8), ...varint(value)])
const message = (...fields: readonly Buffer[]) => Buffer.concat(fields)

/** The length-delimited fields of a message, by tag. */
function fieldsOf(bytes: Buffer): Map<number, Buffer> {
  const fields = new Map<number, Buffer>()
  let at = 0
  const read = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!
      value |= (byte & 127) << shift
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const key = read()
    if ((key & 7) === 0) read()
    else {
      const length = read()
      fields.set(key >>> 3, bytes.subarray(at, at + length))
      at += length
    }
  }
  return fields
}

// ---- the schema, as in the provider

type Mode = 'required' | 'optional' | 'computed' | 'optional and computed'
const modes: Readonly<Record<Mode, readonly number[]>> = {
  required: [4],
  optional: [5],
  computed: [6],
  'optional and computed': [5, 6],
}
const attribute = (name: string, kind: unknown, mode: Mode) =>
  bytesField(
    2,
    message(
      bytesField(1, name),
      bytesField(2, JSON.stringify(kind)),
      ...modes[mode].map(tag => numberField(tag, 1)),
      ...(name === 'password' ? [numberField(7, 1)] : []),
    ),
  )
const listBlock = (name: string, ...parts: readonly Buffer[]) =>
  bytesField(3, message(bytesField(1, name), bytesField(2, message(...parts)), numberField(3, 2)))
const text = (name: string, mode: Mode = 'optional') => attribute(name, 'string', mode)

const instanceBlock = message(
  text('id', 'computed'),
  text('region', 'optional and computed'),
  text('name', 'required'),
  text('flavor_id', 'optional and computed'),
  attribute('size', 'number', 'required'),
  text('configuration_id'),
  attribute('addresses', ['list', 'string'], 'computed'),
  listBlock('datastore', text('type', 'required'), text('version', 'required')),
  listBlock('network', text('uuid'), text('port'), text('fixed_ip_v4'), text('fixed_ip_v6')),
  listBlock('database', text('name', 'required'), text('charset'), text('collate')),
  listBlock(
    'user',
    text('name', 'required'),
    text('password'),
    text('host'),
    attribute('databases', ['set', 'string'], 'optional'),
  ),
)
const emptySchema = message(bytesField(2, message()))
const schemas = message(
  bytesField(1, emptySchema),
  bytesField(2, message(bytesField(1, type), bytesField(2, message(bytesField(2, instanceBlock))))),
)

// ---- the answers

/** A key of a MessagePack map, and null or an unknown value after it. */
const keyBytes = (name: string) => Buffer.concat([Buffer.from([0xa0 + name.length]), Buffer.from(name)])
const nullByte = Buffer.from([0xc0])
const unknownBytes = Buffer.from([0xd4, 0, 0])

/** Marks what the provider computes as unknown in a value that has no value for it. */
function withUnknown(value: Buffer, names: readonly string[]): Buffer {
  let changed = value
  for (const name of names) {
    const at = changed.indexOf(Buffer.concat([keyBytes(name), nullByte]))
    if (at < 0) continue
    const end = at + name.length + 1
    changed = Buffer.concat([changed.subarray(0, end), unknownBytes, changed.subarray(end + 1)])
  }
  return changed
}

/** The text of a field of a MessagePack map; undefined if it is none. */
function textAt(value: Buffer, name: string): string | undefined {
  const at = value.indexOf(keyBytes(name))
  const head = at < 0 ? undefined : value[at + name.length + 1]
  if (head === undefined || head < 0xa0 || head > 0xbf) return undefined
  const begin = at + name.length + 2
  return value.toString('utf8', begin, begin + head - 0xa0)
}

const bytesOf = (dynamic: Buffer | undefined) => fieldsOf(dynamic ?? Buffer.alloc(0)).get(1) ?? nullByte
const dynamic = (value: Buffer) => bytesField(1, value)

/** A new name makes a new instance, as in the provider. So that an update can be planned, too, a new flavor does not. */
function planChange(request: Map<number, Buffer>): Buffer {
  const [prior, proposed] = [bytesOf(request.get(2)), bytesOf(request.get(3))]
  if (proposed.equals(nullByte)) return message(bytesField(1, dynamic(proposed)))
  const isNew = prior.equals(nullByte)
  const isReplaced = !isNew && textAt(prior, 'name') !== textAt(proposed, 'name')
  const planned = isNew ? withUnknown(proposed, ['id', 'region', 'flavor_id', 'addresses']) : proposed
  const path = bytesField(1, bytesField(1, 'name'))
  return message(bytesField(1, dynamic(planned)), ...(isReplaced ? [bytesField(2, path)] : []), numberField(5, 1))
}

const answers: Readonly<Record<string, (request: Map<number, Buffer>) => Buffer>> = {
  GetSchema: () => schemas,
  PrepareProviderConfig: request => bytesField(1, request.get(1)!),
  Configure: () => message(),
  ValidateResourceTypeConfig: () => message(),
  // Terraform passes the state as JSON, and reads it as JSON, too.
  UpgradeResourceState: request => bytesField(1, bytesField(2, fieldsOf(request.get(3)!).get(1)!)),
  ReadResource: request => bytesField(1, request.get(2)!),
  PlanResourceChange: planChange,
}

async function answer(stream: ServerHttp2Stream, path: string): Promise<void> {
  const method = /^\/tfplugin5\.Provider\/(\w+)$/.exec(path)?.[1]
  const make = method === undefined ? undefined : answers[method]
  const headers = { ':status': 200, 'content-type': 'application/grpc' }
  if (!make) {
    const unimplemented = 12
    stream.respond({ ...headers, 'grpc-status': String(unimplemented) }, { endStream: true })
    return
  }
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  const frameHead = 5
  const body = make(fieldsOf(Buffer.concat(chunks).subarray(frameHead)))
  const head = Buffer.alloc(frameHead)
  head.writeUInt32BE(body.length, 1)
  stream.respond(headers, { waitForTrailers: true })
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
  stream.end(Buffer.concat([head, body]))
}

export async function startProvider(): Promise<Provider> {
  const server = createServer()
  server.on('stream', (stream, headers) => void answer(stream as ServerHttp2Stream, String(headers[':path'])))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const plugin = {
    Protocol: 'grpc',
    ProtocolVersion: 5,
    Pid: process.pid,
    Test: true,
    Addr: { Network: 'tcp', String: `127.0.0.1:${port}` },
  }
  return { reattach: JSON.stringify({ [address]: plugin }), stop: () => void server.close() }
}
