import { type ReactNode, useId, useState } from 'react'
import { Radio, RadioGroup } from 'react-aria-components'
import { ActionButton } from '../parts/action-button.tsx'
import { BidiName } from '../parts/bidi-name.tsx'
import { Choice } from '../parts/choice.tsx'
import { TextInput } from '../parts/text-input.tsx'
import { commonReason, inOrder, type Size, type SizeOrder, sizeOrders, sizeWords } from './size.ts'

/** With more fitting sizes than this, or with words in the URL, there is a field to search them. */
const fewMax = 8

/** With more fitting sizes than this, the rest of the page would be too far away. */
const shownMax = 24

/** How the sizes are looked at: with words in them, in an order. */
export type SizeLook = Readonly<{ words: string | undefined; order: SizeOrder | undefined }>

type Props = Readonly<{
  label: string
  /** The datastore and version that the sizes are for. */
  version: string
  sizes: readonly Size[]
  value: string | undefined
  onChange: (id: string) => void
  /** It is in the URL of the page. */
  look: SizeLook
  onLook: (look: SizeLook) => void
  /** More about a size, below its numbers. */
  detail?: (size: Size) => ReactNode
}>

/**
 * Cards of sizes to choose from. Those that the API refuses are folded below with what they have in common, each with its
 * reason: a size that is missing looks like a mistake.
 */
export function SizeCards({ label, version, sizes, value, onChange, look, onLook, detail }: Props) {
  const { words = '', order = 'memory' } = look
  const labelId = useId()
  const [isWhole, setWhole] = useState(false)
  const found = inOrder(sizes, order).filter(size => isFound(size, words))
  const [fit, unfit] = [found.filter(canBeChosen), found.filter(size => !canBeChosen(size))]
  const shown = isWhole ? fit : fit.filter(({ id }, index) => index < shownMax || id === value)
  return (
    <div className="stack">
      <p className="field-label" id={labelId}>
        {label}
      </p>
      <p className="hint">Your data is on the volume, not on the disk of the size.</p>
      {sizes.filter(canBeChosen).length > fewMax || words !== '' ? (
        <div className="row top-aligned">
          <TextInput
            label="Search sizes"
            type="search"
            value={words}
            onChange={words => onLook({ ...look, words: words === '' ? undefined : words })}
          />
          <Choice
            label="Order"
            value={order}
            onChange={id => onLook({ ...look, order: id as SizeOrder })}
            options={Object.entries(sizeOrders).map(([id, { label }]) => ({ id, label }))}
          />
        </div>
      ) : null}
      <RadioGroup className="stack" value={value ?? null} onChange={onChange} aria-labelledby={labelId}>
        {fit.length === 0 ? <p>{words === '' ? 'No size fits.' : `No size that fits has '${words}' in it.`}</p> : null}
        <div className="cards">
          {shown.map(size => (
            <Radio key={size.id} value={size.id} className="card">
              <SizeText size={size} />
              <Reason sign="!" className="card-warning" words={size.warning} />
              <Reason sign="✕" className="card-refusal" words={size.refusal} />
              {detail?.(size)}
            </Radio>
          ))}
        </div>
      </RadioGroup>
      {shown.length < fit.length ? (
        <ActionButton onPress={() => setWhole(true)}>{`Show all ${fit.length} sizes that fit`}</ActionButton>
      ) : null}
      <UnfitSizes sizes={unfit} version={version} isOpen={fit.length === 0} detail={detail} />
    </div>
  )
}

const canBeChosen = ({ refusal, isCurrent }: Size) => refusal === undefined || isCurrent

const isFound = (size: Size, words: string) =>
  `${size.name} ${sizeWords(size)}`.replaceAll('\u00a0', ' ').toLowerCase().includes(words.trim().toLowerCase())

const SizeText = ({ size }: Readonly<{ size: Size }>) => (
  <>
    <span className="card-name">
      <BidiName>{size.name}</BidiName>
      {size.isCurrent ? ' (now)' : ''}
    </span>
    <span className="card-numbers">{sizeWords(size)}</span>
  </>
)

type ReasonProps = Readonly<{ sign: string; className: string; words: string | undefined }>

/** Words of the API that it writes in the middle of a sentence. */
const Reason = ({ sign, className, words }: ReasonProps) =>
  words === undefined ? null : (
    <span className={`reason ${className}`}>
      <span aria-hidden="true">{sign}</span> <span className="sentence">{words}</span>
    </span>
  )

type UnfitProps = Pick<Props, 'sizes' | 'version' | 'detail'> & Readonly<{ isOpen: boolean }>

function UnfitSizes({ sizes, version, isOpen, detail }: UnfitProps) {
  if (sizes.length === 0) return null
  return (
    <details open={isOpen}>
      <summary>
        {sizes.length === 1 ? 'One size does not fit.' : `${sizes.length} sizes do not fit.`}{' '}
        {commonReason(sizes, version)}
      </summary>
      <ul className="cards">
        {sizes.map(size => (
          <li key={size.id} className="card unfit">
            <SizeText size={size} />
            <Reason sign="✕" className="card-refusal" words={size.refusal} />
            {detail?.(size)}
          </li>
        ))}
      </ul>
    </details>
  )
}
