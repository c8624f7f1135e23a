/** One call to the API and what came of it; the contract check reads these. */
export interface RecordedRequest {
  sequence: number
  method: string
  /** The path as it was sent, still encoded, without the query. */
  path: string
  query: Record<string, string>
  /** The path, of GraphQL that of the repository that it is about and `/graphql`. */
  about: string
  /**
   * GitHub's operation id and path template; absent for a path that the description lacks. Of GraphQL
   * `graphql/` and the name of the operation.
   */
  operation: string | undefined
  template: string | undefined
  /** It may change something: queries of GraphQL are sent by POST, and do not. */
  writes: boolean
  headers: Record<string, string>
  /** The parsed JSON body; the text where it was none. */
  body: unknown
  /** Who asked, in words: `app`, `installation 1004`, `user alice`, `job of run 1010`, `anonymous`. */
  identity: string
  response: {
    status: number
    headers: Record<string, string>
    body: unknown
    /** An injected fault made this answer, or none came. */
    fault: boolean
  }
}
