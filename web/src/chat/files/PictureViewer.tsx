import { ChevronLeft, ChevronRight, Download } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import Lightbox from "yet-another-react-lightbox";
import Zoom from "yet-another-react-lightbox/plugins/zoom";
import "yet-another-react-lightbox/styles.css";
import { Spinner } from "../design/Spinner";
import { say } from "../design/toasts";
import { useFormats } from "../language/format";
import type { SentFile } from "./fields";
import { useLink } from "./links";
import styles from "./PictureViewer.module.css";

/** A picture and the message it came with. */
export type SentPicture = { file: SentFile; messageId: string; sender: string; sentAt: string };

type Props = { pictures: readonly SentPicture[]; openId: string; onClose: () => void };

/** Pictures in full size: arrows go on, + and - zoom, Escape closes. */
export default function PictureViewer({ pictures, openId, onClose }: Props) {
  const { t } = useTranslation();
  const formats = useFormats();
  const link = useLink();
  const [index, setIndex] = useState(() => pictures.findIndex(({ file }) => file.id === openId));
  const [addresses, setAddresses] = useState<ReadonlyMap<string, string>>(new Map());
  const picture = pictures[index];
  const fileId = picture?.file.id;
  const messageId = picture?.messageId;
  const isKnown = fileId !== undefined && addresses.has(fileId);

  useEffect(() => {
    if (isKnown || fileId === undefined || messageId === undefined) return;
    link(messageId, fileId).then(
      (address) => setAddresses((now) => new Map(now).set(fileId, address)),
      () => say(t("files.notThere"), { isProblem: true }),
    );
  }, [isKnown, fileId, messageId, link, t]);

  const save = async () => {
    if (!picture) return;
    const anchor = document.createElement("a");
    anchor.href = await link(picture.messageId, picture.file.id);
    anchor.download = picture.file.name;
    anchor.click();
  };

  return (
    <Lightbox
      open
      close={onClose}
      index={index}
      on={{ view: ({ index: next }) => setIndex(next) }}
      plugins={[Zoom]}
      slides={pictures.map(({ file }) => ({
        src: addresses.get(file.id) ?? "",
        alt: file.name,
        width: file.width ?? 1,
        height: file.height ?? 1,
      }))}
      carousel={{ finite: true, preload: 0 }}
      animation={matchMedia("(prefers-reduced-motion: reduce)").matches ? { fade: 0, swipe: 0, zoom: 0 } : {}}
      zoom={{ maxZoomPixelRatio: 4, scrollToZoom: true }}
      controller={{ closeOnBackdropClick: true }}
      render={{
        slide: ({ slide }) => (slide.src === "" ? <Spinner size={32} /> : undefined),
        iconPrev: () => <ChevronLeft size={32} aria-hidden />,
        iconNext: () => <ChevronRight size={32} aria-hidden />,
        controls: () =>
          picture && (
            <p className={styles.caption}>
              <bdi>{picture.sender}</bdi>, {formats.exact(picture.sentAt)}
            </p>
          ),
        ...(pictures.length > 1 ? {} : { buttonPrev: () => null, buttonNext: () => null }),
      }}
      toolbar={{
        buttons: [
          <button
            key="save"
            type="button"
            className="yarl__button"
            aria-label={t("files.saveIt")}
            title={t("files.saveIt")}
            onClick={() => void save()}
          >
            <Download size={24} aria-hidden />
          </button>,
          "zoom",
          "close",
        ],
      }}
      labels={{
        Previous: t("viewer.previous"),
        Next: t("viewer.next"),
        Close: t("common.close"),
        "Zoom in": t("viewer.zoomIn"),
        "Zoom out": t("viewer.zoomOut"),
        Lightbox: t("viewer.label"),
        Carousel: t("viewer.label"),
        "Photo gallery": t("viewer.label"),
        Slide: t("kinds.IMAGE"),
        "{index} of {total}": t("viewer.position"),
      }}
    />
  );
}
