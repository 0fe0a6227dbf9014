/** Zoom and pan of one element inside another, by two fingers, drag, or the wheel with Ctrl. */
import { type RefObject, useEffect } from 'react';

const MOST = 5;

export interface View {
  scale: number;
  x: number;
  y: number;
}

/** Zooms by `factor` around a point of the box, and keeps the content covering the box of this size. */
export function zoomed(view: View, factor: number, at: { x: number; y: number }, box: { width: number; height: number }): View {
  const scale = Math.min(MOST, Math.max(1, view.scale * factor));
  const real = scale / view.scale;
  return kept({ scale, x: at.x - (at.x - view.x) * real, y: at.y - (at.y - view.y) * real }, box);
}

export function kept(view: View, box: { width: number; height: number }): View {
  const hold = (value: number, size: number) => Math.min(0, Math.max(size * (1 - view.scale), value));
  return { scale: view.scale, x: hold(view.x, box.width), y: hold(view.y, box.height) };
}

export function useZoom(box: RefObject<HTMLElement | null>, content: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let view: View = { scale: 1, x: 0, y: 0 };
    const fingers = new Map<number, { x: number; y: number }>();
    const size = () => ({ width: element.clientWidth, height: element.clientHeight });
    const show = (next: View) => {
      view = next;
      content.current?.style.setProperty('transform', `translate(${view.x}px, ${view.y}px) scale(${view.scale})`);
    };
    const place = (event: { clientX: number; clientY: number }) => {
      const { left, top } = element.getBoundingClientRect();
      return { x: event.clientX - left, y: event.clientY - top };
    };
    const spread = () => {
      const [a, b] = [...fingers.values()];
      return a && b ? { length: Math.hypot(a.x - b.x, a.y - b.y), middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } } : null;
    };
    const down = (event: PointerEvent) => fingers.set(event.pointerId, place(event));
    const up = (event: PointerEvent) => fingers.delete(event.pointerId);
    const move = (event: PointerEvent) => {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      const apart = spread();
      const now = place(event);
      fingers.set(event.pointerId, now);
      const then = spread();
      if (apart && then && apart.length > 0) show(zoomed(view, then.length / apart.length, then.middle, size()));
      else if (view.scale > 1) show(kept({ ...view, x: view.x + now.x - before.x, y: view.y + now.y - before.y }, size()));
    };
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      show(zoomed(view, Math.exp(-event.deltaY / 200), place(event), size()));
    };
    element.addEventListener('pointerdown', down);
    element.addEventListener('pointermove', move);
    element.addEventListener('wheel', wheel, { passive: false });
    for (const end of ['pointerup', 'pointercancel', 'pointerleave'] as const) element.addEventListener(end, up);
    return () => {
      element.removeEventListener('pointerdown', down);
      element.removeEventListener('pointermove', move);
      element.removeEventListener('wheel', wheel);
      for (const end of ['pointerup', 'pointercancel', 'pointerleave'] as const) element.removeEventListener(end, up);
    };
  }, [box, content]);
}
