import type {Judging} from '../domain/judge.ts';
import type {OpinionSettings} from '../domain/opinions.ts';
import type {SchemaCheck} from '../domain/ports.ts';
import type {PriceOverride} from '../domain/price-override.ts';
import type {ProviderConfig} from '../domain/provider.ts';
import type {Rephrasing} from '../domain/rephrase.ts';
import type {Endpoint, JsonObject, QueueInfo} from '../domain/request.ts';
import type {PartLimits} from '../domain/result-files.ts';
import type {Score} from '../domain/score.ts';
import type {AnswerPolicy, RunSettings} from '../domain/settings.ts';
import type {PackRules} from './pack-rules.ts';
import type {PlaceRow} from './place-request.ts';
import type {Prompt, PromptArgs} from './prompt.ts';
import type {TaskFile} from './read-task.ts';
import type {ScannedRequests} from './scanned-requests.ts';
import type {ScoreFields} from './scored-fields.ts';
import type {SpecInput} from './spec-schema.ts';
import type {SpecSource} from './spec-source.ts';
import type {TemplateSyntax} from './template.ts';

/** A spec that was read and checked. Rows of an args file are not in it: they are read when requests are opened. */
export type Spec = {
	/** Its own name, else the file's name without its ending. */
	readonly name: string;
	/** As the user gave it. */
	readonly path: string;
	/** The bytes of the file. */
	readonly source: Buffer;
	/** True when it was read from the copies in a run directory. */
	readonly isCopy: boolean;
	readonly endpoint: Endpoint;
	/** Models that rephrase the prompts; null: none do. */
	readonly rephrasing: Rephrasing | null;
	/** Models that judge every answer; null: none do. */
	readonly judging: Judging | null;
	/** The same body is asked once. */
	readonly dedupe: boolean;
	/** Prompts that may share a call of the completions endpoint. */
	readonly promptsPerCall: number;
	readonly combine: 'product' | 'zip';
	readonly syntax: TemplateSyntax;
	readonly prompts: Axis<Prompt>;
	readonly args: ArgsAxis;
	readonly models: Axis<ModelItem>;
	readonly params: Axis<ParamsItem>;
	/** Where each row of `args` is a request as it stands; null: the axes make them. */
	readonly requests: RequestsFile | null;
	/** One per provider and model, in the order of the spec. */
	readonly queues: readonly QueueInfo[];
	/** The providers that its models use. */
	readonly providers: readonly ProviderConfig[];
	/** The operational keys: what `--set` and the spec say, laid over the defaults. */
	readonly settings: RunSettings;
	readonly answer: AnswerPolicy;
	/** The module that makes the requests; null without one, and in a copy. */
	readonly task: TaskFile | null;
	/** Requests are added while the run goes on: how many there will be is not known. */
	readonly grows: boolean;
	/** Null: each request is asked once. */
	readonly opinions: OpinionSettings | null;
	/** Some prompts have several turns, each of which waits for the answer before: all goes direct. */
	readonly hasTurns: boolean;
	/** The JSON Schema of an answer. */
	readonly schema: JsonObject | null;
	readonly schemaCheck: SchemaCheck | null;
	/** Several requests in one prompt; null: each goes alone. */
	readonly pack: PackRules | null;
	/** Scores every answer when its row is made; null without `score`. */
	readonly score: Score | null;
	/** What the scorers read of a row. */
	readonly scoreFields: ScoreFields;
	readonly prices: PriceOverride | null;
	/** Commands to run on events. */
	readonly hooks: HookCommands;
	readonly postprocess: Postprocess | null;
	/** How results are split; null: not at all. */
	readonly parts: PartLimits | null;
	/** As written, for what depends on who said it. */
	readonly written: WrittenSettings;
	/** Where a key stands, for messages. */
	readonly where: SpecSource['where'];
	/** Every file it reads, in the order of the spec, each once. */
	readonly files: readonly SpecFile[];
	/** Sentences for the user about what is legal and probably not meant. */
	readonly warnings: readonly string[];
	/** Everything that is not operational, defaults applied: what makes two specs the same. */
	readonly identity: JsonObject;
};

export type HookName = 'done' | 'paused' | 'guard' | 'ceiling';

/** `requests: {file: …}`. Its rows are those of `args`; the other axes are empty. */
export type RequestsFile = {readonly scanned: ScannedRequests; readonly place: PlaceRow};

/** A command that works on the results, after every session or only when every request has its outcome. */
export type Postprocess = {readonly command: string; readonly when: 'done' | 'always'};

/** For `sh -c`, by event. */
export type HookCommands = {readonly [H in HookName]?: string | undefined};

/** One factor of the product. A single item is repeated by `combine: zip`, a list is not. */
export type Axis<Item> = {readonly items: readonly Item[]; readonly isList: boolean};

export type ArgsAxis = (Axis<ArgsItem> & {readonly kind: 'inline'}) | RowsAxis;

/** Args that are written in the spec. */
export type ArgsItem = {
	readonly args: PromptArgs;
	/** The item's own `id` or `custom_id`. */
	readonly id: string | null;
	/** Where it stands, for messages. */
	readonly where: string;
};

/** Args, or whole requests, that are the rows of a file. */
export type RowsAxis = {
	readonly kind: 'file';
	readonly isList: true;
	readonly holds: 'args' | 'requests';
	readonly file: SpecFile;
	readonly format: RowFormat;
	/** Rows left out at the start, then rows taken, then rows chosen at random from those. */
	readonly offset: number;
	readonly limit: number | null;
	readonly sample: number | null;
	readonly seed: number;
	/** Where the spec names the file. */
	readonly where: string;
};

export type RowFormat = 'csv' | 'jsonl' | 'parquet';

export type ModelItem = {
	readonly provider: string;
	readonly model: string;
	/** Position in `Spec.queues`. */
	readonly queue: number;
};

export type ParamsItem = {
	/** As written. */
	readonly params: JsonObject;
	/** Every body field but model and prompt: the params and what the schema adds. */
	readonly body: JsonObject;
};

/** A file that the spec reads. */
export type SpecFile = {
	/** As the spec writes it. */
	readonly name: string;
	/** Its name in `inputs/`. */
	readonly stored: string;
	/** Where to read it now. */
	readonly path: string;
	/** The path as messages show it. */
	readonly display: string;
	/** The content of a text; null for rows, which are streamed. */
	readonly bytes: Buffer | null;
};

export type WrittenSettings = Pick<SpecInput, 'batch' | 'remote' | 'limits' | 'judge'>;
