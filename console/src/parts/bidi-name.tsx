/** A name that a stranger chose. Its direction of writing does not reach the text around it. */
export const BidiName = ({ children }: Readonly<{ children: string }>) => <bdi className="name">{children}</bdi>
