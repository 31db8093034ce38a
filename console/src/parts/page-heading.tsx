import { type ReactNode, useEffect, useRef } from 'react'
import { BidiName } from './bidi-name.tsx'

type Props = Readonly<{
  children: string
  /** A sentence or two about the page. */
  about?: ReactNode
  /** Buttons and links at the end of the line. */
  actions?: ReactNode
}>

let isFirstPage = true

/** The heading of a page. It names the tab, and gets the focus after a change of page, so that screen readers read it. */
export function PageHeading({ children, about, actions }: Props) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${children} · Databases`
  }, [children])
  useEffect(() => {
    if (!isFirstPage) heading.current?.focus({ preventScroll: true })
    isFirstPage = false
  }, [])
  return (
    <header className="page-heading">
      <div>
        <h1 ref={heading} tabIndex={-1}>
          <BidiName>{children}</BidiName>
        </h1>
        {about === undefined ? null : <p className="hint">{about}</p>}
      </div>
      {actions === undefined ? null : <div className="row">{actions}</div>}
    </header>
  )
}
