/** A request as it goes over the wire. */
export type Request = Readonly<{
  method: string
  /** As written in the request line. */
  target: string
  headers: readonly (readonly [name: string, value: string])[]
  body?: Buffer | undefined
}>

/** What a request is written as: each header as it stands, and the length of the body unless a header says it. */
export function bytesOf({ method, target, headers, body }: Request): Buffer {
  const saysLength = headers.some(([name]) => /^(?:content-length|transfer-encoding)$/i.test(name))
  const length = body && !saysLength ? [`Content-Length: ${body.length}`] : []
  const lines = [`${method} ${target} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`), ...length]
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  return body ? Buffer.concat([head, body]) : head
}

/** A command for a shell that sends the same bytes again. */
export function asCommand(bytes: Buffer, port: number): string {
  const text = bytes.toString('latin1').replace(/[^\x20-\x7e]|['\\%]/g, byte => {
    return `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
  const shown = text.length > 6000 ? `${text.slice(0, 6000)}…(${bytes.length} bytes in all)` : text
  return `printf '%b' '${shown}' | nc -q 3 127.0.0.1 ${port}`
}
