import type {Notice} from '../../source/view/notice.ts';

export function notice(id: number, level: Notice['level'], text: string, more: Partial<Notice> = {}): Notice {
	return {id, level, text, at: 1000, isQuiet: false, dump: null, ...more};
}
