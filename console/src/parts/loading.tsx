/** Says what is being loaded. It has the height of a few rows, so that the page does not jump. */
export const Loading = ({ what }: Readonly<{ what: string }>) => (
  <div className="loading" role="status">
    <span className="spinner" aria-hidden="true" />
    Loading {what} …
  </div>
)
