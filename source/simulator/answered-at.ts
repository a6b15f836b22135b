/**
 * When every answer says it was made (2026-01-01, in seconds since the epoch): an answer depends on the body only,
 * so that two runs of the same spec give the same result lines.
 */
export const answeredAt = 1_767_225_600;
