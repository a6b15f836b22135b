/** What `init` writes: it runs as it is, and shows in comments what else a spec can say. */
export const starterSpec = `# A run of promptbatch-tui. Try it without a key or cost:
#   promptbatch-tui spec.yaml --simulate
# What it would send and cost:
#   promptbatch-tui check spec.yaml

name: food-likes
provider: openai                # its key is read from OPENAI_API_KEY or a .env file
# provider:                     # any other OpenAI-compatible API:
#   base_url: http://127.0.0.1:11434/v1
#   api_key_env: MY_KEY         # the name of the variable, never the key itself
endpoint: chat                  # chat | completions | responses | embeddings | moderations
model: gpt-4o-mini              # a list asks each model: [gpt-4o-mini, gpt-4.1-mini]

# Templates: {{name}} is filled in, every other brace is plain text. Quote a prompt that
# begins with a brace or holds a colon.
prompts:
  - I like {{food}}
  - I hate {{food}}
  # - {file: prompt.md}
  # - messages:
  #     - {role: system, content: You are brief.}
  #     - {role: user, content: 'What goes with {{food}}?'}

# Every prompt is asked with every dict: 2 x 2 = 4 requests.
args:
  - {food: pizza}
  - {food: apples}
# args: {file: rows.csv}        # or rows of a .csv or .jsonl file, a column per name
# args: {file: rows.csv, offset: 0, limit: 1000, sample: 100, seed: 7}

params: {max_tokens: 10, n: 2}  # fields of the request body; a list of dicts is one more axis

# Structured answers, each checked against the schema (inline, or the path of a JSON file):
# schema:
#   type: object
#   properties:
#     mood: {type: string, enum: [good, bad]}
#   required: [mood]
#   additionalProperties: false

# 101 requests or more of a model go by the Batch API, at half the price; fewer go direct:
# mode: direct                  # auto | batch | direct
# rate: {concurrency: 64, rpm: 500, tpm: 200000}
# batch: {min_requests: 101, max_requests: 50000, poll_s: 10}   # what one batch may hold
# limits: {task: {cost: 5}, session: {cost: 1}}   # USD; reaching one pauses, nothing is lost
# guard: {min_pass_ratio: 0.5, max_pass_failures: 2}   # stops a run that goes wrong
# retry: {max_retries: 2, initial_s: 1, max_s: 60, timeout_s: 600}
# prices: {input: 0.15, cached_input: 0.075, output: 0.6}   # USD per million tokens
`;
