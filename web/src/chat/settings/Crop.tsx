import "react-image-crop/dist/ReactCrop.css";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import ReactCrop, { centerCrop, makeAspectCrop, type PercentCrop } from "react-image-crop";
import { useMutation } from "urql";
import { Button } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { UploadPicture } from "./operations";
import { square } from "./square";
import { useChange } from "../api/useChange";
import styles from "./Picture.module.css";

type Props = {
  file: File;
  /** Gets the id of what was uploaded, and answers whether it was taken. */
  onUploaded: (attachmentId: string) => Promise<boolean>;
  onClose: () => void;
};

/** Lets one say which part of a picture is to be seen. */
export default function Crop({ file, onUploaded, onClose }: Props) {
  const { t } = useTranslation();
  const picture = useRef<HTMLImageElement>(null);
  const address = useObjectUrl(file);
  const [crop, setCrop] = useState<PercentCrop>();
  const [isUnreadable, setUnreadable] = useState(false);
  const [, upload] = useMutation(UploadPicture);
  const { isBusy, change } = useChange();

  const save = async () => {
    if (!picture.current || !crop) return;
    const input = { clientId: crypto.randomUUID(), file: await square(picture.current, crop) };
    const sent = upload({ input });
    const isStored = await change(sent, (data) => data.uploadAttachment);
    const id = (await sent).data?.uploadAttachment?.attachment?.id;
    if (isStored && id !== undefined && (await onUploaded(id))) onClose();
  };

  return (
    <Dialog
      title={t("settings.profile.crop")}
      onClose={onClose}
      footer={
        <>
          <Button look="plain" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          {!isUnreadable && (
            <Button isBusy={isBusy} onClick={() => void save()}>
              {t("settings.save")}
            </Button>
          )}
        </>
      }
    >
      <div className={styles.crop}>
        {isUnreadable ? (
          <p className={styles.problem} role="alert">
            {t("settings.profile.unreadable")}
          </p>
        ) : (
          <>
            <p className={styles.hint}>{t("settings.profile.cropHint")}</p>
            <ReactCrop
              crop={crop}
              onChange={(_, percent) => setCrop(percent)}
              aspect={1}
              circularCrop
              keepSelection
              minWidth={40}
              ariaLabels={{
                cropArea: t("settings.profile.cropArea"),
                nwDragHandle: t("settings.profile.cropCorner"),
                nDragHandle: t("settings.profile.cropCorner"),
                neDragHandle: t("settings.profile.cropCorner"),
                eDragHandle: t("settings.profile.cropCorner"),
                seDragHandle: t("settings.profile.cropCorner"),
                sDragHandle: t("settings.profile.cropCorner"),
                swDragHandle: t("settings.profile.cropCorner"),
                wDragHandle: t("settings.profile.cropCorner"),
              }}
            >
              <img
                ref={picture}
                src={address}
                alt={t("settings.profile.picture")}
                onError={() => setUnreadable(true)}
                onLoad={({ currentTarget: { width, height } }) =>
                  setCrop(centerCrop(makeAspectCrop({ unit: "%", width: 90 }, 1, width, height), width, height))
                }
              />
            </ReactCrop>
          </>
        )}
      </div>
    </Dialog>
  );
}

function useObjectUrl(file: File): string | undefined {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(file);
    // An address has to be given back, so it belongs to the page as it is on screen.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return address;
}
