/**
 * `json`: the record as one JSON object, indented, as in the result files where it has an outcome. `curl`: the call
 * as a shell command that reads its key from the environment. `text`: everything about it for a pager.
 */
export type RecordForm = 'json' | 'curl' | 'text';
