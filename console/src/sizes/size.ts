import type { Answer } from '../api/trove.ts'

type ListedFlavor = Answer<'listVersionFlavors'>['flavors'][number]

/** A flavor with the verdict of the API, as the lists with `verdicts=true` and of resize targets have it. */
export type JudgedFlavor = Extract<ListedFlavor, { verdict: unknown }>

/** A size that can be chosen, or the reason why it cannot. */
export type Size = Readonly<{
  id: string
  name: string
  vcpus: number
  ramMb: number
  diskGb: number
  /** Why it cannot be chosen, in the words of the API. */
  refusal: string | undefined
  /** The rule that refuses it, if it is only one: `not_associated`, or a requirement. */
  ground: string | undefined
  /** What the API warns of, although it can be chosen. */
  warning: string | undefined
  /** Whether it is the size that the instance has. */
  isCurrent: boolean
}>

type Reasons = JudgedFlavor['verdict']['reasons']

function groundOf(reasons: Reasons): string | undefined {
  const refusing = reasons.filter(({ level, waived_until: end }) => level === 'refuse' && end === undefined)
  const grounds = new Set(refusing.map(({ code, requirement }) => requirement ?? code))
  return grounds.size === 1 ? [...grounds][0] : undefined
}

export const sizeOf = ({ str_id: id, name, vcpus, ram, disk, verdict }: JudgedFlavor): Size => ({
  id,
  name,
  vcpus,
  ramMb: ram,
  diskGb: disk,
  refusal: verdict.allowed ? undefined : (verdict.message ?? 'The API gives no reason.'),
  ground: verdict.allowed ? undefined : groundOf(verdict.reasons),
  warning: verdict.allowed ? (verdict.message ?? undefined) : undefined,
  isCurrent: false,
})

/** One sentence about sizes that do not fit, if all have the same reason. */
export function commonReason(sizes: readonly Size[], version: string): string | undefined {
  const only = (values: readonly (string | undefined)[]) => (new Set(values).size === 1 ? values[0] : undefined)
  const [it, does] = sizes.length === 1 ? ['it', 'It does'] : ['them', 'They do']
  const ground = only(sizes.map(size => size.ground))
  if (ground === 'not_associated') return `Your cloud operator does not offer ${it} for ${version}.`
  if (ground !== undefined && /[<>=]/.test(ground)) return `${does} not meet ${ground}.`
  const words = only(sizes.map(({ refusal }) => refusal))
  return words && `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`
}

/** Orders to look at sizes in. */
export const sizeOrders = {
  memory: { label: 'Memory', compare: (one: Size, other: Size) => one.ramMb - other.ramMb },
  vcpus: { label: 'vCPUs', compare: (one: Size, other: Size) => one.vcpus - other.vcpus },
  disk: { label: 'Disk', compare: (one: Size, other: Size) => one.diskGb - other.diskGb },
  name: { label: 'Name', compare: (one: Size, other: Size) => one.name.localeCompare(other.name) },
} as const

export type SizeOrder = keyof typeof sizeOrders

/** Whether a text of the URL is an order. */
export const isSizeOrder = (text: unknown): text is SizeOrder =>
  typeof text === 'string' && Object.hasOwn(sizeOrders, text)

/** The sizes in an order, the present one first; equal ones from small to large. */
export const inOrder = (sizes: readonly Size[], order: SizeOrder): Size[] =>
  [...sizes].sort(
    (one, other) =>
      Number(other.isCurrent) - Number(one.isCurrent) ||
      sizeOrders[order].compare(one, other) ||
      one.ramMb - other.ramMb ||
      one.vcpus - other.vcpus ||
      one.diskGb - other.diskGb ||
      one.name.localeCompare(other.name),
  )

/** Mebibytes as people say them: 512 MiB, 2 GiB. */
export const memoryWords = (mb: number): string =>
  mb >= 1024 ? `${(mb / 1024).toLocaleString('en-US', { maximumFractionDigits: 2 })} GiB` : `${mb} MiB`

const signed = (value: number, words: (size: number) => string) => `${value < 0 ? '−' : '+'}${words(Math.abs(value))}`

/** What a change of the size would add and take away. */
export function changeWords(from: Size, to: Size): string {
  const changes = [
    { by: to.vcpus - from.vcpus, words: (by: number) => `${by} ${by === 1 ? 'vCPU' : 'vCPUs'}` },
    { by: to.ramMb - from.ramMb, words: (by: number) => `${memoryWords(by)} memory` },
    { by: to.diskGb - from.diskGb, words: (by: number) => `${by} GiB disk` },
  ].filter(({ by }) => by !== 0)
  if (changes.length === 0) return 'The same numbers as now'
  return changes.map(({ by, words }) => unbroken(signed(by, words))).join('\u00a0· ')
}

const unbroken = (text: string) => text.replaceAll(' ', '\u00a0')

/** vCPUs, memory and disk in a line, which breaks only between them. */
export const sizeWords = ({ vcpus, ramMb, diskGb }: Pick<Size, 'vcpus' | 'ramMb' | 'diskGb'>): string =>
  [`${vcpus} ${vcpus === 1 ? 'vCPU' : 'vCPUs'}`, `${memoryWords(ramMb)} memory`, `${diskGb} GiB disk`]
    .map(unbroken)
    .join('\u00a0· ')
