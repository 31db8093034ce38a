import { useSyncExternalStore } from 'react'
import { ActionButton } from './action-button.tsx'

/** Long enough to read a sentence, and to look up from somewhere else. */
const shownMs = 8000

type Toast = Readonly<{ number: number; words: string }>

let toasts: readonly Toast[] = []
let last = 0
const listeners = new Set<() => void>()

function set(value: readonly Toast[]): void {
  toasts = value
  for (const listener of listeners) listener()
}

const close = (number: number) => set(toasts.filter(toast => toast.number !== number))

/** Says that something is done, for a while, wherever the page is scrolled to. */
export function toast(words: string): void {
  last += 1
  const number = last
  set([...toasts.filter(toast => toast.words !== words), { number, words }])
  setTimeout(() => close(number), shownMs)
}

const listen = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** What was done lately. Screen readers read it without moving to it. */
export function Toasts() {
  const shown = useSyncExternalStore(listen, () => toasts)
  return (
    <div className="toasts" role="status">
      {shown.map(({ number, words }) => (
        <div key={number} className="toast">
          <span>
            <span aria-hidden="true">✓</span> {words}
          </span>
          <ActionButton look="quiet" onPress={() => close(number)} aria-label={`Close: ${words}`}>
            Close
          </ActionButton>
        </div>
      ))}
    </div>
  )
}
