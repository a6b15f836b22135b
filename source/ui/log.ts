import type {Notice} from '../view/notice.ts';
import type {Toast} from './toast.ts';

export type LogLine = {
	readonly at: number;
	readonly level: Notice['level'];
	/** Raw, as is `dump`. */
	readonly text: string;
	readonly dump: string | null;
};

/** What was said since the screen opened, oldest first. */
export type Log = {
	readonly lines: readonly LogLine[];
	/** The newest notice that is in it. */
	readonly seenNotice: number;
};

export const emptyLog: Log = {lines: [], seenNotice: -1};

const mostLines = 1000;

/** Each notice once, by its id. */
export function withNotices(log: Log, notices: readonly Notice[]): Log {
	const news = notices.filter(({id}) => id > log.seenNotice);
	const last = news.at(-1);
	if (!last) return log;
	const lines = news.map(({at, level, text, dump}) => ({at, level, text, dump}));
	return {lines: [...log.lines, ...lines].slice(-mostLines), seenNotice: last.id};
}

export function withToast(log: Log, {at, level, text}: Toast): Log {
	return {...log, lines: [...log.lines, {at, level, text, dump: null}].slice(-mostLines)};
}
