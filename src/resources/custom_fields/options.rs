//! The rules of a single option of a dropdown or multiselect field.

use crate::base::field_value::FieldOption;
use crate::base::refusal::Refusal;
use crate::base::schema::Schema;
use crate::base::value::{AttributeValue, Expected, Given, Mismatch, Shown};
use crate::resources::account::Account;

use super::model::CustomField;
use super::rules::{InAccount, why_not_options};
use super::violations;

/// An option in a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct GivenOption {
    pub(crate) id: Option<u64>,
    pub(crate) name: Option<String>,
    pub(crate) value: Option<String>,
    /// The place among the options.
    pub(crate) position: Option<u64>,
}

impl AttributeValue for GivenOption {
    fn schema() -> Schema {
        let integers = ["id", "position"].map(|name| (name, Schema::Integer));
        let texts = ["name", "raw_name", "value"].map(|name| (name, Schema::Text));
        Schema::given(integers.into_iter().chain(texts))
    }

    fn show(&self) -> Shown<'_> {
        Shown::Null
    }

    fn read(given: &Given<'_>) -> Result<Option<Self>, Mismatch> {
        match given {
            Given::Null => Ok(None),
            Given::Hash(_) => Ok(Some(Self {
                id: given.field("id")?,
                name: given.field("name")?.or(given.field("raw_name")?),
                value: given.field("value")?,
                position: given.field("position")?,
            })),
            _ => Err(Expected::Hash.into()),
        }
    }
}

/// What became of an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Put {
    Created(u64),
    Updated(u64),
}

impl Account {
    /// Changes the option with the given id, or creates one if there is none.
    /// <https://developer.zendesk.com/api-reference/ticketing/users/user_fields/#create-or-update-a-user-field-option>
    pub(crate) fn put_option<O: InAccount>(
        &mut self,
        id: O::FieldId,
        given: GivenOption,
    ) -> Result<Put, Refusal> {
        let former = self.existing_field::<O>(id)?;
        if !former.field_type.has_options() {
            return Err(Refusal::Invalid(vec![violations::type_invalid()]));
        }
        let present = given.id.and_then(|id| former.option(id)).cloned();
        let mut options = former.options.clone();
        let place = options
            .iter()
            .position(|option| Some(option.id) == given.id);
        if let Some(place) = place {
            options.remove(place);
        }
        let wanted = given
            .position
            .and_then(|position| usize::try_from(position).ok());
        let place = wanted.or(place).unwrap_or(options.len()).min(options.len());
        let is_new = present.is_none();
        let present = present.unwrap_or_else(|| FieldOption {
            id: 0,
            name: String::new(),
            value: String::new(),
        });
        options.insert(
            place,
            FieldOption {
                id: present.id,
                name: given.name.unwrap_or(present.name),
                value: given.value.unwrap_or(present.value),
            },
        );
        Refusal::unless_empty(why_not_options(former.field_type, Some(&options)))?;
        let put = if is_new {
            options[place].id = self.draw_option_id();
            Put::Created(options[place].id)
        } else {
            Put::Updated(options[place].id)
        };
        self.save_field::<O>(
            &former,
            CustomField {
                options,
                ..former.clone()
            },
        );
        Ok(put)
    }

    /// Deletes an option, and takes its value from all records.
    pub(crate) fn delete_option<O: InAccount>(
        &mut self,
        id: O::FieldId,
        option: u64,
    ) -> Result<(), Refusal> {
        let former = self.existing_field::<O>(id)?;
        former.option(option).ok_or(Refusal::NotFound)?;
        let mut field = former.clone();
        field.options.retain(|other| other.id != option);
        self.save_field::<O>(&former, field);
        Ok(())
    }
}
